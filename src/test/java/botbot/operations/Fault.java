package botbot.operations;

import botbot.cache.TwoInstances;
import botbot.testing.Frozen;
import java.time.Duration;

/** What may befall the backends of two instances, one at a time. */
enum Fault {
  // how a connection breaks is the kernel's choice
  REDIS_KILLED("redis", "\"reachable\":false", "degraded") {
    @Override
    Runnable begin(TwoInstances two) {
      two.redis.kill();
      return two.redis::start;
    }
  },
  REDIS_FROZEN("redis", "no answer within 100 ms", "degraded") {
    @Override
    Runnable begin(TwoInstances two) {
      Frozen frozen = two.redis.freeze();
      return frozen::close;
    }
  },
  REDIS_SLOW("redis", "no answer within 100 ms", "degraded") {
    @Override
    Runnable begin(TwoInstances two) {
      delay(two, Duration.ofMillis(300));
      return () -> delay(two, Duration.ZERO);
    }

    private void delay(TwoInstances two, Duration by) {
      two.wayOfA.delayAnswers(by);
      two.wayOfB.delayAnswers(by);
    }
  },
  REDIS_FULL("alerts", "redis uses ", "redis-memory") {
    @Override
    Runnable begin(TwoInstances two) {
      // less than it uses empty
      two.redis.command("CONFIG", "SET", "maxmemory", "500kb");
      return () -> two.redis.command("CONFIG", "SET", "maxmemory", "0");
    }
  },
  POSTGRES_KILLED("postgres", "postgresql does not answer", "") {
    @Override
    Runnable begin(TwoInstances two) {
      two.postgres.kill();
      return two.postgres::start;
    }
  };

  private final String check;
  private final String cause;
  private final String alert;

  Fault(String check, String cause, String alert) {
    this.check = check;
    this.cause = cause;
    this.alert = alert;
  }

  /** Begins it; the result mends it. */
  abstract Runnable begin(TwoInstances two);

  /** The health check that names it. */
  String check() {
    return check;
  }

  /** What the cause that this check names holds, in small letters. */
  String cause() {
    return cause;
  }

  /** The alert that administrators get, or an empty text for none. */
  String alert() {
    return alert;
  }
}
