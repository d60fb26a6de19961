package botbot.ratelimit.batch;

import botbot.ratelimit.rule.RateConfig;
import botbot.redis.RedisDoor;
import io.vertx.core.Vertx;

/** What carries checks to Redis for an instance whose wall clock is wrong. */
public record Skewed(RedisClock clock, Batchers batchers) {

  public static Skewed by(long ms, Vertx vertx, RedisDoor door, RateConfig config) {
    RedisClock clock = new RedisClock(System::nanoTime, System.currentTimeMillis() + ms);
    BatchSender sender = new BatchSender(door, clock, new Repairs());
    return new Skewed(clock, new Batchers(vertx, sender, config));
  }
}
