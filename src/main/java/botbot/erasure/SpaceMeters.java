package botbot.erasure;

import botbot.access.SpaceRequests;
import botbot.space.Space;
import io.agroal.api.AgroalDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * How many sessions the largest spaces store. A table that is too large to be counted every minute
 * is estimated, from what PostgreSQL's planner knows of it.
 */
@Singleton
class SpaceMeters {

  private static final Logger LOG = Logger.getLogger(SpaceMeters.class);
  private static final Duration PERIOD = Duration.ofMinutes(1);

  /** How many spaces have a label of their own. */
  static final int LARGEST = 100;

  /** Counting so many rows takes about a tenth of a second. */
  private static final int COUNTED = 1_000_000;

  private static final String SIZE =
      "select reltuples from pg_class where oid = 'session'::regclass";

  private static final String COUNT =
      "select space, count(*) from session group by space order by 2 desc, 1";

  private static final String ESTIMATE =
      """
      select unnest(s.most_common_vals::text::text[]), unnest(s.most_common_freqs) * c.reltuples
        from pg_stats s join pg_class c on c.oid = 'session'::regclass
       where s.schemaname = c.relnamespace::regnamespace::text
         and s.tablename = 'session' and s.attname = 'space'
       order by 2 desc, 1
      """;

  private final AgroalDataSource database;
  private final SpaceRequests requests;
  private final MultiGauge sessions;
  private final ScheduledExecutorService ticks =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("space-meters").daemon().factory());

  SpaceMeters(AgroalDataSource database, SpaceRequests requests, MeterRegistry registry) {
    this.database = database;
    this.requests = requests;
    this.sessions =
        MultiGauge.builder("botbot.space.sessions")
            .description("Sessions that are stored, of the largest spaces")
            .register(registry);
  }

  void start(@Observes StartupEvent event) {
    ticks.scheduleWithFixedDelay(this::tick, 1, PERIOD.toSeconds(), TimeUnit.SECONDS);
  }

  void stop(@Observes ShutdownEvent event) {
    ticks.shutdownNow();
  }

  private void tick() {
    try {
      refresh();
    } catch (SQLException | RuntimeException e) {
      LOG.debug("Sessions are not counted, PostgreSQL does not answer", e);
    }
  }

  /** Looks anew which spaces are the largest, and how large. */
  void refresh() throws SQLException {
    Map<Space, Long> sizes = sizes();
    List<Space> largest = sizes.keySet().stream().limit(LARGEST).toList();
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    sizes.entrySet().stream()
        .limit(LARGEST)
        .forEach(one -> rows.add(row(one.getKey().name(), one.getValue())));
    long others = sizes.values().stream().skip(LARGEST).mapToLong(Long::longValue).sum();
    rows.add(row(SpaceRequests.OTHERS, others));
    sessions.register(rows, true);
    requests.label(largest.isEmpty() ? List.of(Space.DEFAULT) : largest);
  }

  private static MultiGauge.Row<?> row(String space, long size) {
    return MultiGauge.Row.of(Tags.of("space", space), size);
  }

  /** By size, the largest first. */
  private Map<Space, Long> sizes() throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement size = connection.prepareStatement(SIZE);
        ResultSet rows = size.executeQuery()) {
      rows.next();
      String sql = rows.getDouble(1) < COUNTED ? COUNT : ESTIMATE;
      Map<Space, Long> sizes = new LinkedHashMap<>();
      try (PreparedStatement query = connection.prepareStatement(sql);
          ResultSet row = query.executeQuery()) {
        while (row.next()) {
          sizes.put(new Space(row.getString(1)), Math.round(row.getDouble(2)));
        }
      }
      return sizes;
    }
  }
}
