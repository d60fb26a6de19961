package botbot.operations.meter;

import botbot.redis.RedisDoor;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Objects;
import org.jboss.logging.Logger;

/** Asks Redis how it is, at a period of its own: what is scraped costs Redis nothing. */
@Singleton
public class RedisReports {

  private static final Logger LOG = Logger.getLogger(RedisReports.class);

  private final RedisDoor redis;
  private final Vertx vertx;
  private final RedisWatchConfig config;
  private long timer = -1;
  private volatile RedisInfo latest = RedisInfo.UNKNOWN;
  private volatile RedisInfo lastKnown = RedisInfo.UNKNOWN;

  RedisReports(RedisDoor redis, Vertx vertx, RedisWatchConfig config) {
    this.redis = redis;
    this.vertx = vertx;
    this.config = config;
  }

  void start(@Observes StartupEvent event) {
    timer = vertx.setPeriodic(1_000, config.info().toMillis(), id -> ask());
  }

  void stop(@Observes ShutdownEvent event) {
    vertx.cancelTimer(timer);
  }

  private void ask() {
    redis
        .send(Request.cmd(Command.INFO))
        .map(reply -> RedisInfo.parse(Objects.requireNonNull(reply).toString()))
        .onSuccess(
            info -> {
              if (info.mayEvict() && !info.evictionPolicy().equals(lastKnown.evictionPolicy())) {
                LOG.warnf(
                    "Redis evicts keys when it is full (maxmemory-policy %s), rate counters among"
                        + " them: an exhausted limit may then admit again. Set it to noeviction",
                    info.evictionPolicy());
              }
              latest = info;
              lastKnown = info;
            })
        .onFailure(away -> latest = RedisInfo.UNKNOWN);
  }

  /** The last report, unknown while Redis does not answer. */
  public RedisInfo latest() {
    return latest;
  }

  /** The last report there was: counters do not vanish with Redis. */
  public RedisInfo lastKnown() {
    return lastKnown;
  }
}
