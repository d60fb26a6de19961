package botbot.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Frozen;
import botbot.testing.Load;
import botbot.testing.Load.Sample;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Redis goes away and comes back under 50 requests a second of mixed traffic. */
class RedisOutageUnderLoadIT {
  private static final int PER_SECOND = 50;
  private static final Duration LOAD = Duration.ofSeconds(20);
  private static final Duration WARM_UP = Duration.ofSeconds(8);
  private static final Duration BEFORE = Duration.ofSeconds(4);
  private static final Duration OUTAGE = Duration.ofSeconds(6);
  private static final Duration BACK_WITHIN = Duration.ofSeconds(5);
  private static final Duration SLOWEST = Duration.ofMillis(500);

  @Test
  void nobodyNoticesThatRedisIsKilled() {
    try (RedisServer redis = RedisServer.launch()) {
      outage(
          redis,
          () -> {
            redis.kill();
            return redis::start;
          });
    }
  }

  @Test
  void nobodyNoticesThatRedisIsFrozen() {
    try (RedisServer redis = RedisServer.launch()) {
      outage(redis, redis::freeze);
    }
  }

  private static void outage(RedisServer redis, Supplier<Frozen> fault) {
    try (PostgresServer postgres = PostgresServer.launch();
        ServiceInstance service = ServiceInstance.launch("outage", postgres, redis)) {
      MixedTraffic traffic = new MixedTraffic(service.api());
      traffic.prepare();
      Load.start(PER_SECOND, WARM_UP, traffic::request).await();

      List<Sample> samples;
      try (Load load = Load.start(PER_SECOND, LOAD, traffic::request)) {
        pause(BEFORE);
        try (Frozen away = fault.get()) {
          pause(OUTAGE);
        }
        Awaitility.await("reads from Redis")
            .atMost(BACK_WITHIN)
            .pollInterval(Duration.ofMillis(50))
            .until(() -> traffic.probe().cacheStatus().equals("redis; hit"));
        samples = load.await();
      }
      check(samples, traffic);
      assertEquals(List.of(), service.errors());
    }
  }

  private static void check(List<Sample> samples, MixedTraffic traffic) {
    assertTrue(samples.size() > PER_SECOND * LOAD.toSeconds() * 0.9, "sent: " + samples.size());
    assertEquals(List.of(), samples.stream().filter(s -> s.status() != 200).toList());
    assertEquals(List.of(), samples.stream().filter(s -> s.took().compareTo(SLOWEST) > 0).toList());
    assertEquals(List.of(), traffic.staleReads());
    assertTrue(samples.stream().anyMatch(s -> s.cacheStatus().contains("fwd=bypass")));
    assertTrue(samples.getLast().status() < 300);
  }

  private static void pause(Duration time) {
    Awaitility.await().pollDelay(time).atMost(time.plusSeconds(5)).until(() -> true);
  }
}
