package botbot.cache.freshness;

/**
 * What the last look saw; instants are {@link System#nanoTime}.
 *
 * @param begun when it was sent
 * @param complete no write was committed before it that Redis may not know
 * @param stands the same, or when it was last said to stand, PostgreSQL being away
 */
record Seen(long begun, long complete, long stands, int pending, long oldestMs) {

  /** For what Redis holds, the connection to which was last lost at {@code lostAt}. */
  boolean vouches(long now, long lookAge, long lostAt) {
    return now - stands < lookAge && begun >= lostAt;
  }

  /** Whether nothing vouches for what Redis holds, PostgreSQL being away. */
  boolean isUnverified(long lookAge) {
    return stands != complete && System.nanoTime() - complete > lookAge;
  }

  /** The same, said to stand at {@code now}. */
  Seen standing(long now) {
    return new Seen(begun, complete, now, pending, oldestMs);
  }
}
