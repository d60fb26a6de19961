package botbot.cache.freshness;

/**
 * The server of PostgreSQL that the cache knows, as it was recorded when it was recognised.
 *
 * @param number grows with each
 * @param known whether the server that answers is that one
 * @param nothingLost whether all that was acknowledged before was sure to be there
 * @param firstRevision changes of a smaller revision may have been lost since they were told
 */
record ServerLife(
    long number, boolean known, boolean nothingLost, LogPosition log, long firstRevision) {

  /**
   * How far the log of a server has come.
   *
   * @param system which cluster; empty where PostgreSQL does not tell
   * @param timeline how often that was promoted or restored; likewise
   * @param wal bytes of log that are safe on its disk; 0 where PostgreSQL does not tell
   */
  record LogPosition(String system, String timeline, long wal) {

    /** Whether this log may lack something of what {@code earlier} had; only if both are told. */
    boolean lacks(LogPosition earlier) {
      return wal > 0
          && earlier.wal > 0
          && (!system.equals(earlier.system)
              || !timeline.equals(earlier.timeline)
              || wal < earlier.wal);
    }
  }
}
