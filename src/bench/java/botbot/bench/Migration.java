package botbot.bench;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Load;
import botbot.testing.Load.Sample;
import botbot.testing.Pause;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Measures an update of a full database: the version released before serves reads and writes of
 * sessions and preferences, this one migrates the tables and starts beside it.
 */
final class Migration {

  private static final int ROWS = Integer.getInteger("rows", 1_000_000);
  private static final int PER_SECOND = 50;
  private static final int HOT = 100;

  private Migration() {}

  static void run(Report report) {
    try (PostgresServer postgres = PostgresServer.launch();
        RedisServer redis = RedisServer.launch()) {
      Map<String, String> environment =
          ServiceInstance.environment(postgres.jdbcUrl(), redis.url());
      try (ServiceInstance before =
          ServiceInstance.launchJar("before", Versions.released(), environment).awaitReady()) {
        fill(postgres);
        update(report, before.api(), environment);
      }
    }
  }

  private static void fill(PostgresServer postgres) {
    postgres.query(
        """
        insert into sessions (id, user_id, channel, agent_id, data, ttl_seconds, sliding, version,
            created_at, updated_at, expires_at)
          select 's' || n, 'u' || n / 10, 'web', null, '{"text": "' || repeat('x', 500) || '"}',
                 86400, true, nextval('version_seq'), now(), now(), now() + interval '1 day'
            from generate_series(1, %d) n"""
            .formatted(ROWS));
    postgres.query(
        """
        insert into preferences (user_id, preferences, version, updated_at)
          select 'u' || n, '{"language": "en"}', nextval('version_seq'), now()
            from generate_series(1, %d) n"""
            .formatted(ROWS));
    postgres.query("vacuum analyze sessions");
    postgres.query("vacuum analyze preferences");
  }

  private static void update(Report report, Api old, Map<String, String> environment) {
    try (Load load = Load.start(PER_SECOND, Duration.ofMinutes(10), n -> call(old, n))) {
      await(load, Duration.ofSeconds(15));
      Duration from = load.elapsed();
      long begin = System.nanoTime();
      try (ServiceInstance now = ServiceInstance.launch("now", environment).awaitReady()) {
        double ready = (System.nanoTime() - begin) / 1e9;
        report.alone(
            "%,d sessions and preferences: this version is ready after".formatted(ROWS),
            Spread.of(ready),
            " s",
            Report.NONE);
        Duration to = load.elapsed();
        await(load, to.plusSeconds(10));
        row(report, "before", load.between(from.minusSeconds(10), from));
        row(report, "during", load.between(from, to));
        row(report, "after", load.between(to, to.plusSeconds(10)));
      }
    }
  }

  private static Answer call(Api api, int n) {
    String session = "/v1/sessions/s" + (1 + n % HOT);
    String preferences = "/v1/users/u" + (1 + n % HOT) + "/preferences";
    return switch (n % 4) {
      case 0 -> api.get(session);
      case 1 -> api.get(preferences);
      case 2 -> api.put(session, "{\"userId\": \"u0\", \"data\": {\"n\": " + n + "}}");
      default -> api.put(preferences, "{\"preferences\": {\"n\": " + n + "}}");
    };
  }

  /** How long callers of the version before waited, and whether one was refused. */
  private static void row(Report report, String when, List<Sample> samples) {
    long refused = samples.stream().filter(s -> s.status() / 100 != 2).count();
    report.alone(
        "%s: refused of %,d calls".formatted(when, samples.size()),
        Spread.of(refused),
        Report.NONE,
        "0");
    report.alone(when + ": p99", Spread.of(millis(samples, 0.99)), " ms", Report.NONE);
    report.alone(when + ": the slowest call", Spread.of(millis(samples, 1)), " ms", Report.NONE);
  }

  private static double millis(List<Sample> samples, double share) {
    return Load.percentile(samples, share).toNanos() / 1e6;
  }

  private static void await(Load load, Duration until) {
    while (load.elapsed().compareTo(until) < 0) {
      Pause.millis(100);
    }
  }
}
