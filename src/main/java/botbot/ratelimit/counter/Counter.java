package botbot.ratelimit.counter;

/**
 * A counter in this process, with the rules of the script. Times are milliseconds by the clock of
 * Redis; one that is before an earlier call is taken for that. Not safe for use by several threads.
 */
public sealed interface Counter permits WindowCounter, LogCounter {

  /**
   * What it says at {@code now}, held against {@code limit} and able to answer for {@code cost}.
   */
  Reading read(Limit limit, long now, long cost);

  /** Counts an admitted {@code cost}, without asking. */
  void charge(long now, long cost);

  /** Takes {@code cost} off, newest first and never below nothing. */
  void refund(long now, long cost);

  /** Goes on, empty so far, from what the counter in Redis said at {@code atMs}. */
  void resume(Reading reading, long atMs);

  /** An empty counter. */
  static Counter of(Algorithm algorithm, Limit limit, long phase) {
    return switch (algorithm) {
      case SLIDING_WINDOW -> new WindowCounter(limit.windowMs(), phase);
      case EXACT -> new LogCounter(limit.windowMs());
    };
  }
}
