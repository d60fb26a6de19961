package botbot.scratch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import botbot.testing.Load;
import botbot.testing.Load.Sample;
import botbot.testing.Pause;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Expired rows go, by the hand of one instance after the other, and nobody notices. */
class ExpiredRowsIT {

  private static final int ROWS = 1_000_000;
  private static final int PER_SECOND = 100;

  /** A read takes a few milliseconds: where many take this long, other work holds the machine. */
  private static final Duration FIT = Duration.ofMillis(50);

  @Test
  void aMillionExpiredRowsAreRemovedWithoutSlowReads() {
    try (PostgresServer postgres = PostgresServer.launch();
        RedisServer redis = RedisServer.launch()) {
      Map<String, String> environment =
          ServiceInstance.environment(postgres.jdbcUrl(), redis.url());
      environment.put("BOTBOT_CLEANER_INTERVAL", "1s");
      try (ServiceInstance one = ServiceInstance.launch("clean-one", environment).awaitReady();
          ServiceInstance other = ServiceInstance.launch("clean-other", environment).awaitReady()) {
        one.api().put("/v1/scratch/kept/k?ttlSeconds=3600", "1").expect(201);
        try (Load load = reads(one)) {
          // until the just-in-time compiler has seen it all
          Pause.millis(15_000);
          Duration warm = load.elapsed();
          Pause.millis(15_000);
          Duration quiet = load.elapsed();
          insertExpired(postgres);
          assertEquals(0, removed(one) + removed(other));
          await("the removal to begin")
              .atMost(Duration.ofMinutes(2))
              .until(() -> removed(one) + removed(other) > 0);
          Duration begin = load.elapsed();
          await("the removal to end")
              .atMost(Duration.ofMinutes(4))
              .until(() -> removed(one) + removed(other) == ROWS);
          Duration end = load.elapsed();
          Pause.millis(15_000);
          load.close();
          List<Sample> normal = new ArrayList<>(load.between(warm, quiet));
          normal.addAll(load.between(end, load.elapsed()));
          check(normal, load.between(begin, end), end.minus(begin));
        }
        one.api().get("/v1/scratch/kept/k").expect(200);
      }
    }
  }

  /** Expired, but not yet for as long as they stay: the removal begins when the reads do. */
  private static void insertExpired(PostgresServer postgres) {
    postgres.query(
        "insert into scratch_value (namespace, key, body, version, expires_at) select 'expired', n::text, '1', n, now() - interval '10 s'"
            + " from generate_series(1, "
            + ROWS
            + ") n");
    // or it would be the insertion that is measured
    postgres.query("checkpoint");
  }

  private static void check(List<Sample> normal, List<Sample> busy, Duration took) {
    Duration p99 = Load.percentile(normal, 0.99);
    System.out.printf(
        "%d rows removed in %d s; reads: normal p99 %d us, slowest %d us, meanwhile p99 %d us,"
            + " p99.9 %d us, slowest %d us%n",
        ROWS,
        took.toSeconds(),
        micros(p99),
        micros(Load.percentile(normal, 1)),
        micros(Load.percentile(busy, 0.99)),
        micros(Load.percentile(busy, 0.999)),
        micros(Load.percentile(busy, 1)));
    assertEquals(0, busy.stream().filter(s -> s.status() != 200 && s.status() != 404).count());
    assumeTrue(p99.compareTo(FIT) <= 0, "the machine is too busy to tell: p99 " + p99);
    assertTrue(
        Load.percentile(busy, 0.999).compareTo(p99.multipliedBy(3)) <= 0,
        "p99.9 " + Load.percentile(busy, 0.999) + " against a normal p99 of " + p99);
  }

  /** Of every four reads one is of the database: each asks for a key that nobody asked for yet. */
  private static Load reads(ServiceInstance service) {
    return Load.start(
        PER_SECOND,
        Duration.ofMinutes(10),
        n -> service.api().get("/v1/scratch/kept/" + (n % 4 == 0 ? "fresh-" + n : "k")));
  }

  private static int removed(ServiceInstance service) {
    return (int) service.api().metric("botbot_expired_removed_total{table=\"scratch_value\"");
  }

  private static long micros(Duration duration) {
    return duration.toNanos() / 1000;
  }
}
