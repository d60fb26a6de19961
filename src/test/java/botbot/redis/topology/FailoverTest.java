package botbot.redis.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.redis.protocol.Host;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FailoverTest {

  private static final Host OLD = new Host("10.0.0.1", 6379);
  private static final Host NEW = new Host("10.0.0.2", 6379);

  private final AtomicLong nanoTime = new AtomicLong(-5);
  private final AtomicInteger changes = new AtomicInteger();
  private final Failover failover = new Failover(nanoTime::get);

  @BeforeEach
  void listen() {
    failover.listen(changes::incrementAndGet);
    assertFalse(failover.isLeft(OLD));
    assertEquals(Optional.empty(), failover.promoted());
  }

  @Test
  void aPrimaryIsLeftBeforeTheNextIsKnown() {
    failover.begun(OLD);
    assertTrue(failover.isLeft(OLD));
    assertEquals(Optional.empty(), failover.promoted());
    failover.decided(OLD, NEW);
    assertTrue(failover.isLeft(OLD));
    assertEquals(Optional.of(NEW), failover.promoted());
    assertEquals(2, changes.get());
  }

  @Test
  void whatSeveralSentinelsTellIsOneChange() {
    failover.begun(OLD);
    failover.begun(OLD);
    failover.decided(OLD, NEW);
    failover.decided(OLD, NEW);
    failover.begun(OLD);
    failover.aborted(OLD);
    assertEquals(Optional.of(NEW), failover.promoted());
    assertEquals(2, changes.get());
  }

  @Test
  void aPrimaryIsUsedAgainAfterTheFailoverWasGivenUp() {
    failover.begun(OLD);
    failover.aborted(NEW);
    assertTrue(failover.isLeft(OLD));
    failover.aborted(OLD);
    assertFalse(failover.isLeft(OLD));
    assertEquals(2, changes.get());
  }

  @Test
  void theWayBackIsAFailoverToo() {
    failover.decided(OLD, NEW);
    failover.begun(NEW);
    assertTrue(failover.isLeft(NEW));
    assertFalse(failover.isLeft(OLD));
    assertEquals(Optional.empty(), failover.promoted());
    failover.decided(NEW, OLD);
    assertEquals(Optional.of(OLD), failover.promoted());
    assertFalse(failover.isLeft(OLD));
  }

  @Test
  void whatWasToldCountsForAWhileOnly() {
    failover.begun(OLD);
    nanoTime.addAndGet(Duration.ofSeconds(15).toNanos());
    assertFalse(failover.isLeft(OLD));
    failover.decided(OLD, NEW);
    nanoTime.addAndGet(Duration.ofSeconds(15).toNanos());
    assertFalse(failover.isLeft(OLD));
    assertEquals(Optional.empty(), failover.promoted());
  }
}
