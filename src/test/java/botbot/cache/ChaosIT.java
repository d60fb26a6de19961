package botbot.cache;

import botbot.cache.Chaos.Fault;
import botbot.testing.Frozen;
import botbot.testing.Pause;
import botbot.testing.PortProxy;
import botbot.testing.RedisSentinels;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Random writes, reads and faults on two instances, held against the model of freshness. {@code
 * -Dbotbot.chaos.seed=} replays the faults of a run, {@code -Dbotbot.chaos.seeds=} sets how many
 * runs there are one after the other, {@code -Dbotbot.chaos.seconds=} how long each takes.
 */
class ChaosIT {

  private final long seed = Long.getLong("botbot.chaos.seed", System.nanoTime() & 0xffff);
  private final int seeds = Integer.getInteger("botbot.chaos.seeds", 1);
  private final int seconds = Integer.getInteger("botbot.chaos.seconds", 25);
  private final FreshnessModel model = new FreshnessModel();

  @Test
  void everyReadIsAsFreshAsPromisedWhateverFails() {
    try (PostgresFaults postgres = new PostgresFaults(model);
        RedisServer server = RedisServer.launch(RedisFaults.SETTING);
        PortProxy wayOfA = PortProxy.to(server.port());
        ServiceInstance a = launch("chaos-a", postgres, "redis://127.0.0.1:" + wayOfA.port());
        ServiceInstance b = launch("chaos-b", postgres, server.url())) {
      RedisFaults redis = new RedisFaults(server);
      List<Fault> faults =
          List.of(
              Fault.of("Redis killed", redis::kill),
              Fault.of("Redis restored", millis -> redis.restoreSnapshot(millis / 2)),
              Fault.of("Redis frozen", redis::freeze),
              Fault.of("Redis emptied", millis -> redis.flush()),
              Fault.of(
                  "any key evicted",
                  millis -> redis.evict("allkeys-lru", millis * 50 - 50_000, millis)),
              Fault.of(
                  "keys with a time evicted",
                  millis -> redis.evict("volatile-lru", millis * 50 - 50_000, millis)),
              Fault.of("Redis cannot save", redis::failToSave),
              Fault.of("one has lost Redis", millis -> cut(wayOfA, millis)),
              Fault.of("one frozen", millis -> freeze(b, millis)),
              Fault.of("a new epoch", millis -> newEpoch(a)),
              Fault.ofPostgres("PostgreSQL killed", postgres::kill),
              Fault.ofPostgres("PostgreSQL read-only", postgres::refuseWrites),
              Fault.ofPostgres("PostgreSQL promoted", postgres::promote));
      // snapshots are of the epoch in force: what they hold may be read until a restored server is
      // noticed
      run(new Chaos(model, ready(a, b), redis::takeSnapshot, faults), seconds);
    }
  }

  @Test
  void everyReadIsAsFreshAsPromisedWhileSentinelReplacesThePrimary() {
    try (PostgresFaults postgres = new PostgresFaults(model);
        RedisSentinels redis = RedisSentinels.launch();
        ServiceInstance a = launchWithSentinel("chaos-sentinel-a", postgres, redis);
        ServiceInstance b = launchWithSentinel("chaos-sentinel-b", postgres, redis)) {
      List<Fault> faults =
          List.of(
              Fault.of("planned failover", millis -> failOver(redis)),
              Fault.of("primary killed", millis -> killPrimary(redis)),
              Fault.of("primary frozen", millis -> freezePrimary(redis, millis)),
              Fault.of("Redis emptied", millis -> redis.primary().command("FLUSHALL")),
              Fault.of("one frozen", millis -> freeze(b, millis)),
              Fault.of("a new epoch", millis -> newEpoch(a)),
              Fault.ofPostgres("PostgreSQL killed", postgres::kill));
      run(new Chaos(model, ready(a, b), redis::awaitCalm, faults), seconds / 2);
    }
  }

  private void run(Chaos chaos, int secondsEach) {
    for (long one = seed; one < seed + seeds; one++) {
      chaos.run(one, Duration.ofSeconds(secondsEach));
    }
    chaos.assertSound();
  }

  private static List<ServiceInstance> ready(ServiceInstance a, ServiceInstance b) {
    return List.of(a.awaitReady(), b.awaitReady());
  }

  private static ServiceInstance launch(String name, PostgresFaults postgres, String redisUrl) {
    return ServiceInstance.launch(name, ServiceInstance.environment(postgres.jdbcUrl(), redisUrl));
  }

  private static ServiceInstance launchWithSentinel(
      String name, PostgresFaults postgres, RedisSentinels redis) {
    Map<String, String> environment = ServiceInstance.environment(postgres.jdbcUrl(), redis.urls());
    environment.put("QUARKUS_REDIS_CLIENT_TYPE", "sentinel");
    environment.put("QUARKUS_REDIS_MASTER_NAME", RedisSentinels.NAME);
    return ServiceInstance.launch(name, environment);
  }

  private static void cut(PortProxy way, int millis) {
    way.cut();
    Pause.millis(millis);
    way.restore();
  }

  private static void freeze(ServiceInstance instance, int millis) {
    try (Frozen frozen = instance.freeze()) {
      Pause.millis(millis);
    }
  }

  private static void newEpoch(ServiceInstance instance) {
    instance.api().post("/v1/status/new-epoch", "").expect(204);
  }

  private static void failOver(RedisSentinels redis) {
    RedisServer before = redis.primary();
    redis.failOver();
    redis.awaitPromotion(before);
  }

  private static void killPrimary(RedisSentinels redis) {
    RedisServer before = redis.primary();
    before.kill();
    redis.awaitPromotion(before);
    before.start();
  }

  /** Sentinel replaces it where that lasts long enough, and then it comes back as a primary. */
  private static void freezePrimary(RedisSentinels redis, int millis) {
    try (Frozen frozen = redis.primary().freeze()) {
      Pause.millis(millis);
    }
  }
}
