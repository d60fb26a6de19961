package botbot.cache.freshness;

import botbot.cache.freshness.ServerLife.LogPosition;
import java.time.Instant;

/**
 * What a look sees of the server of PostgreSQL.
 *
 * @param life the server in force, be it this one or not
 * @param log how far the log of this one has come
 * @param version the last one given
 * @param now by its clock
 */
record ServerSeen(ServerLife life, LogPosition log, long version, Instant now) {

  /** Whether something is missing here that {@code before} showed, though nobody noticed. */
  boolean lacks(ServerSeen before) {
    if (life.number() != before.life.number() && !life.nothingLost()) {
      return false;
    }
    LogPosition then = life.number() == before.life.number() ? log : life.log();
    return version < before.version || then.lacks(before.log);
  }
}
