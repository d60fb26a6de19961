package botbot.ratelimit.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RedisClockTest {

  private static final long REDIS = 1_700_000_000_000L;

  private long ms = 1_000;
  private final RedisClock clock = new RedisClock(() -> TimeUnit.MILLISECONDS.toNanos(ms), 77);

  @Test
  void isTheWallClockUntilRedisIsHeardAndLetsNothingRun() {
    ms += 5;
    assertEquals(82, clock.now());
    assertEquals(0, clock.in(100));
  }

  @Test
  void carriesOnWhatRedisSaid() {
    heard(REDIS, 0);
    ms += 10;
    assertEquals(REDIS + 10, clock.now());
    assertEquals(REDIS + 110, clock.in(100));
  }

  @Test
  void anAnswerThatIsReadLateDoesNotSetItBack() {
    heard(REDIS, 0);
    heard(REDIS, 500);
    assertEquals(REDIS + 500, clock.now());
  }

  @Test
  void aFirstAnswerThatIsReadLateLeavesItNotFarBehind() {
    heard(REDIS, 300);
    assertEquals(REDIS + 281, clock.now());
  }

  @Test
  void theFastestAnswerCounts() {
    heard(REDIS, 300);
    heard(REDIS + 20, 1);
    assertEquals(REDIS + 20, clock.now());
  }

  @Test
  void followsAClockThatSteps() {
    heard(REDIS, 0);
    heard(REDIS - 5_000, 0);
    assertEquals(REDIS - 5_000, clock.now());
    heard(REDIS + 5_000, 0);
    assertEquals(REDIS + 5_000, clock.now());
  }

  private void heard(long redis, long after) {
    long asked = ms;
    ms += after;
    clock.heard(redis, asked);
  }
}
