package botbot.cache.freshness;

import botbot.cache.freshness.ServerLife.LogPosition;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * What a look sees of the server of PostgreSQL.
 *
 * @param life the server in force, be it this one or not
 * @param log how far the log of this one has come
 * @param version the last one given
 * @param now by its clock
 */
record ServerSeen(ServerLife life, LogPosition log, long version, Instant now) {

  /**
   * The columns {@link #read} wants, of {@code server_identity() i} and {@code current_life() l}.
   */
  static final String COLUMNS =
      """
      l.life, l.known, l.nothing_lost, l.first_revision,
      l.system_identifier life_system, l.timeline life_timeline, l.wal life_wal,
      i.system_identifier, i.timeline, i.wal,
      (select last_value from version_seq) last_version,
      clock_timestamp() now
      """;

  static ServerSeen read(ResultSet row) throws SQLException {
    ServerLife life =
        new ServerLife(
            row.getLong("life"),
            row.getBoolean("known"),
            row.getBoolean("nothing_lost"),
            log(row, "life_system", "life_"),
            row.getLong("first_revision"));
    return new ServerSeen(
        life,
        log(row, "system_identifier", ""),
        row.getLong("last_version"),
        row.getObject("now", OffsetDateTime.class).toInstant());
  }

  private static LogPosition log(ResultSet row, String system, String of) throws SQLException {
    return new LogPosition(
        row.getString(system), row.getString(of + "timeline"), row.getLong(of + "wal"));
  }

  /** Whether something is missing here that {@code before} showed, though nobody noticed. */
  boolean lacks(ServerSeen before) {
    if (life.number() != before.life.number() && !life.nothingLost()) {
      return false;
    }
    LogPosition then = life.number() == before.life.number() ? log : life.log();
    return version < before.version || then.lacks(before.log);
  }
}
