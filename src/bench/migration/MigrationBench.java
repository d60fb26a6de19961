import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Load;
import botbot.testing.Load.Sample;
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
public final class MigrationBench {

  private static final int ROWS = Integer.getInteger("rows", 1_000_000);
  private static final int PER_SECOND = 50;
  private static final int HOT = 100;

  public static void main(String[] arguments) {
    try (PostgresServer postgres = PostgresServer.launch();
        RedisServer redis = RedisServer.launch()) {
      Map<String, String> environment =
          ServiceInstance.environment(postgres.jdbcUrl(), redis.url());
      try (ServiceInstance before =
          ServiceInstance.launchJar("before", ServiceInstance.released(), environment)
              .awaitReady()) {
        fill(postgres);
        update(before.api(), environment);
      }
    }
  }

  private static void fill(PostgresServer postgres) {
    long begin = System.nanoTime();
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
    System.out.printf("%d sessions, as many preferences: %s%n", ROWS, since(begin));
  }

  private static void update(Api old, Map<String, String> environment) {
    try (Load load = Load.start(PER_SECOND, Duration.ofMinutes(10), n -> call(old, n))) {
      await(load, Duration.ofSeconds(15));
      Duration from = load.elapsed();
      long begin = System.nanoTime();
      try (ServiceInstance now = ServiceInstance.launch("now", environment).awaitReady()) {
        System.out.printf("this version is ready after %s%n", since(begin));
        Duration to = load.elapsed();
        await(load, to.plusSeconds(10));
        print("before", load.between(from.minusSeconds(10), from));
        print("during", load.between(from, to));
        print("after", load.between(to, to.plusSeconds(10)));
        System.out.println(
            now.log().lines().filter(line -> line.contains("igrat")).toList());
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

  private static void print(String when, List<Sample> samples) {
    System.out.printf(
        "%s: %d calls, p99 %d ms, slowest %d ms, not 2xx: %s%n",
        when,
        samples.size(),
        Load.percentile(samples, 0.99).toMillis(),
        Load.percentile(samples, 1).toMillis(),
        samples.stream().filter(s -> s.status() / 100 != 2).map(Sample::status).toList());
  }

  private static void await(Load load, Duration until) {
    while (load.elapsed().compareTo(until) < 0) {
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static Duration since(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin).truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
  }
}
