package botbot.cache;

import botbot.testing.Pause;
import botbot.testing.PortProxy;
import botbot.testing.PostgresServer;
import botbot.testing.Soon;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A PostgreSQL that all instances reach by one address, and what may befall it. */
public final class PostgresFaults implements AutoCloseable {

  /** The numbers of the model that are stored, by path. */
  private static final String STORED =
      """
      select coalesce(json_object_agg(path, n), '{}') from (
        select '/v1/sessions/' || id as path, (data::json ->> 'n')::int as n from session
        union all
        select '/v1/users/' || user_id || '/preferences', (preferences::json ->> 'n')::int
          from user_preferences) stored
       where n is not null
      """;

  private final FreshnessModel model;
  private PostgresServer primary = PostgresServer.launch();
  private final PortProxy way = PortProxy.to(primary.port());

  /** Starts it. What a promotion loses, the model is told. */
  public PostgresFaults(FreshnessModel model) {
    this.model = model;
  }

  /** The address as {@code quarkus.datasource.jdbc.url} takes it. */
  public String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:" + way.port() + "/postgres";
  }

  /** The way of all instances to it. */
  public PortProxy way() {
    return way;
  }

  /** It is away for so long. */
  void kill(int millis) {
    primary.kill();
    Pause.millis(millis);
    primary.start();
  }

  /** It refuses writes for so long, as a provider's does while its disk is full. */
  public void refuseWrites(int millis) {
    primary.query("alter database postgres set default_transaction_read_only = on");
    primary.query(
        "select pg_terminate_backend(pid) from pg_stat_activity"
            + " where pid <> pg_backend_pid() and backend_type = 'client backend'");
    Pause.millis(millis);
    primary.query(
        "begin read write;"
            + " alter database postgres reset default_transaction_read_only; commit");
  }

  /**
   * It dies, and its asynchronous standby is promoted, to which nothing was copied for so long.
   *
   * @return how many acknowledged writes are lost
   */
  public int promote(int millis) {
    try (PortProxy replication = PortProxy.to(primary.port())) {
      PostgresServer standby =
          primary.standby(replication.port(), "fsync=off", "full_page_writes=off").start();
      long safe = System.nanoTime();
      String end = primary.query("select pg_current_wal_lsn()").orElseThrow();
      Soon.soon().until(() -> hasReplayed(standby, end));
      replication.cut();
      Pause.millis(millis);
      primary.close();
      standby.promote();
      int lost = model.promoted(safe, stored(standby));
      primary = standby;
      way.pointTo(standby.port());
      return lost;
    }
  }

  private static boolean hasReplayed(PostgresServer standby, String end) {
    return standby
        .query("select pg_last_wal_replay_lsn() >= '" + end + "'::pg_lsn")
        .equals(Optional.of("t"));
  }

  private static Map<String, Integer> stored(PostgresServer server) {
    try {
      JsonNode stored = new ObjectMapper().readTree(server.query(STORED).orElseThrow());
      Map<String, Integer> numbers = new HashMap<>();
      stored.properties().forEach(one -> numbers.put(one.getKey(), one.getValue().intValue()));
      return numbers;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    way.close();
    primary.close();
  }
}
