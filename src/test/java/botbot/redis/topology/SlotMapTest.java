package botbot.redis.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import botbot.redis.protocol.Host;
import botbot.redis.topology.SlotMap.Range;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SlotMapTest {

  private static final Host ONE = new Host("one", 7000);
  private static final Host TWO = new Host("two", 7000);
  private static final Host THREE = new Host("three", 7000);

  private static final SlotMap BEFORE =
      new SlotMap(List.of(new Range(0, 8_000, ONE), new Range(8_001, 16_383, TWO)));

  @Test
  void whereNobodyHasASlotWhoeverHadItIsAsked() {
    SlotMap told = new SlotMap(List.of(new Range(100, 8_100, THREE)));
    SlotMap map = told.over(BEFORE);
    assertEquals(ONE, map.primary(0));
    assertEquals(ONE, map.primary(99));
    assertEquals(THREE, map.primary(100));
    assertEquals(THREE, map.primary(8_100));
    assertEquals(TWO, map.primary(8_101));
    assertEquals(TWO, map.primary(16_383));
    assertEquals(Set.of(ONE, TWO, THREE), map.primaries());
    assertEquals("8101-16383", map.slots(TWO));
  }

  @Test
  void whatNobodyHasIsToldOnceItLasts() throws InterruptedException {
    SlotMap told = new SlotMap(List.of(new Range(0, 4_999, ONE), new Range(5_001, 16_000, TWO)));
    SlotMap first = told.over(BEFORE);
    assertEquals(Optional.empty(), first.unserved(Duration.ofMinutes(1)));
    Thread.sleep(5);
    assertEquals(Optional.of("5000, 16001-16383"), first.unserved(Duration.ofMillis(4)));
    SlotMap later = new SlotMap(List.of(new Range(0, 16_000, ONE))).over(first);
    assertEquals(Optional.of("16001-16383"), later.unserved(Duration.ofMillis(4)));
    assertEquals(TWO, later.primary(16_383));
    assertEquals(Optional.empty(), BEFORE.over(later).unserved(Duration.ZERO));
  }

  @Test
  void aWholeMapStandsForItself() {
    SlotMap told = new SlotMap(List.of(new Range(0, 16_383, THREE)));
    assertSame(told, told.over(BEFORE));
    assertEquals(Set.of(THREE), told.over(BEFORE).primaries());
  }

  @Test
  void whatNobodyEverHadIsNobodys() {
    SlotMap told = new SlotMap(List.of(new Range(0, 99, ONE)));
    assertNull(told.over(SlotMap.UNKNOWN).primary(100));
    assertNull(told.over(new SlotMap(List.of(new Range(200, 300, TWO)))).primary(100));
  }
}
