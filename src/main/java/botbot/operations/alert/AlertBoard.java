package botbot.operations.alert;

import botbot.database.WatchPool;
import io.agroal.api.AgroalDataSource;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Where all instances put what they see, in PostgreSQL, so that each alert is told once. */
@Singleton
class AlertBoard {

  /** What came of telling the oldest message: it was taken, it waits, or there was none. */
  enum Outcome {
    TOLD,
    WAITS,
    NOTHING
  }

  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  private static final String REPORT =
      "select * from report_alerts(?, ?, ?, ?, ? * interval '1 ms')";

  // one instance tells at a time, so that an end is not told before its beginning
  private static final String NEXT =
      """
      with turn as materialized (select pg_try_advisory_xact_lock(x'426f7442'::int, 8) as mine)
      select turn.mine, m.*, m.due <= clock_timestamp() as is_due
        from turn left join alert_message m on turn.mine order by m.id limit 1
      """;

  private static final String LATER =
      """
      update alert_message
         set attempts = attempts + 1,
             due = clock_timestamp()
                 + least(?, ? * (1 << least(attempts, 16))) * interval '1 ms'
       where id = ?
      """;

  private static final String EMPTY =
      """
      select not exists (select from alert_report)
         and not exists (select from alert)
         and not exists (select from alert_message)
      """;

  private final AgroalDataSource database;
  private final WatchPool watch;
  private final AlertsConfig config;

  AlertBoard(AgroalDataSource database, WatchPool watch, AlertsConfig config) {
    this.database = database;
    this.watch = watch;
    this.config = config;
  }

  /** Whether there is nothing on it that could end, or is still to be told. */
  boolean isEmpty() throws SQLException {
    return watch.row(EMPTY, row -> row.getBoolean(1));
  }

  /** Reports what an instance sees; answers with the messages this led to. */
  List<AlertMessage> report(String instance, Map<String, String> on, Set<String> told)
      throws SQLException {
    List<AlertMessage> messages = new ArrayList<>();
    try (Connection connection = database.getConnection();
        PreparedStatement report = connection.prepareStatement(REPORT)) {
      report.setString(1, instance);
      report.setArray(2, connection.createArrayOf("text", on.keySet().toArray()));
      report.setArray(3, connection.createArrayOf("text", on.values().toArray()));
      report.setArray(4, connection.createArrayOf("text", told.toArray()));
      report.setLong(5, config.patience().toMillis());
      try (ResultSet row = report.executeQuery()) {
        while (row.next()) {
          messages.add(read(row));
        }
      }
    }
    return messages;
  }

  /**
   * Hands the oldest message over. It waits while its time has not come, when it was not taken and
   * while another instance is telling.
   */
  Outcome tellNext(Predicate<AlertMessage> webhook) {
    return QuarkusTransaction.requiringNew()
        .call(
            () -> {
              try (Connection connection = database.getConnection()) {
                return tellNext(connection, webhook);
              }
            });
  }

  private Outcome tellNext(Connection connection, Predicate<AlertMessage> webhook)
      throws SQLException {
    long id;
    AlertMessage message;
    try (PreparedStatement next = connection.prepareStatement(NEXT);
        ResultSet row = next.executeQuery()) {
      row.next();
      id = row.getLong("id");
      if (row.wasNull()) {
        return row.getBoolean("mine") ? Outcome.NOTHING : Outcome.WAITS;
      }
      if (!row.getBoolean("is_due")) {
        return Outcome.WAITS;
      }
      message = read(row);
    }
    boolean taken = webhook.test(message);
    try (PreparedStatement done =
        connection.prepareStatement(taken ? "delete from alert_message where id = ?" : LATER)) {
      int parameter = 1;
      if (!taken) {
        done.setLong(parameter++, LONGEST_WAIT.toMillis());
        done.setLong(parameter++, config.retry().toMillis());
      }
      done.setLong(parameter, id);
      done.executeUpdate();
    }
    return taken ? Outcome.TOLD : Outcome.WAITS;
  }

  private static AlertMessage read(ResultSet row) throws SQLException {
    return new AlertMessage(
        row.getString("name"),
        row.getBoolean("firing"),
        row.getString("cause"),
        row.getString("instance"),
        row.getObject("at", OffsetDateTime.class).toInstant());
  }
}
