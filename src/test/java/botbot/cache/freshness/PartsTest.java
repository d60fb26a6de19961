package botbot.cache.freshness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.cache.freshness.Parts.Part;
import botbot.redis.protocol.RedisIdentity;
import botbot.redis.protocol.RedisPart;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PartsTest {

  private static final RedisIdentity A = new RedisIdentity("a", "1");
  private static final RedisIdentity B = new RedisIdentity("b", "2");
  private static final RedisIdentity C = new RedisIdentity("c", "3");

  private static Parts two(long epoch) {
    return stored(Parts.NONE.after(List.of(part(0, 8_000, A), part(8_001, 16_383, B))), epoch);
  }

  private static RedisPart part(int from, int to, RedisIdentity primary) {
    return new RedisPart(from, to, primary);
  }

  /** As they are read again after an epoch began with them. */
  private static Parts stored(Parts parts, long epoch) {
    return Parts.read(parts.text(), parts.primaries(), epoch);
  }

  private static long since(Parts parts, int slot) {
    Part part = parts.at(slot);
    return part == null ? 0 : part.since();
  }

  @Test
  void aPrimaryThatIsAnotherBeginsAGenerationOfItsSlotsAlone() {
    Parts next = stored(two(10).after(List.of(part(0, 8_000, A), part(8_001, 16_383, C))), 11);
    assertEquals(10, since(next, 8_000));
    assertEquals(11, since(next, 8_001));
    assertEquals(C, next.at(16_383).primary());
    assertFalse(next.has(B));
    assertEquals(10, oldest(next));
  }

  @Test
  void slotsThatMoveBeginAGenerationAndAnotherWhenTheyMoveBack() {
    List<RedisPart> before = two(10).served();
    Parts moved =
        stored(two(10).after(List.of(part(0, 99, A), part(100, 100, B), part(101, 8_000, A))), 11);
    assertEquals(10, since(moved, 99));
    assertEquals(11, since(moved, 100));
    assertEquals(10, since(moved, 101));
    assertFalse(moved.agreeWith(before));
    Parts back = stored(moved.after(before), 12);
    assertTrue(back.agreeWith(before));
    assertEquals(12, since(back, 100));
    assertEquals(10, since(back, 99));
    assertEquals(10, since(back, 9_000));
  }

  @Test
  void aPartStartsEmptyAlone() {
    Parts next = stored(two(10).anew(Set.of(8_001, 9_000)), 11);
    assertEquals(10, since(next, 8_000));
    assertEquals(11, since(next, 8_001));
    assertEquals(B, next.at(16_383).primary());
    assertTrue(next.agreeWith(two(10).served()));
  }

  @Test
  void whatNobodyWasFoundToServeStaysAsItWas() {
    Parts next = stored(two(10).after(List.of(part(8_001, 16_383, C))), 11);
    assertEquals(A, next.at(0).primary());
    assertEquals(10, since(next, 0));
    assertTrue(next.agreeWith(List.of(part(0, 8_000, A))));
  }

  @Test
  void withoutAClusterThereIsOneOfTheWholeEpoch() {
    Parts one = Parts.NONE.after(List.of(RedisPart.all(A)));
    assertNull(one.text());
    assertTrue(one.areOfOneEpoch());
    Parts read = stored(one, 10);
    assertTrue(read.isOne());
    assertEquals(10, since(read, 0));
    assertEquals(10, since(read, 16_383));
    assertEquals(List.of(RedisPart.all(A)), read.served());
  }

  @Test
  void ofAnEpochThatTheVersionBeforeBeganOnAClusterNothingIsKnown() {
    assertEquals(Parts.NONE, Parts.read(null, List.of(A, B), 10));
    assertFalse(Parts.NONE.agreeWith(two(10).served()));
    assertNull(Parts.NONE.at(0));
  }

  @Test
  void inAGenerationForAllNothingIsLeftOfThoseBefore() {
    Parts next = two(10).anew();
    assertTrue(next.areOfOneEpoch());
    assertEquals(11, oldest(stored(next, 11)));
    assertFalse(two(10).after(List.of(part(0, 8_000, C))).areOfOneEpoch());
  }

  /** Before this epoch no entry was made that is read now. */
  private static long oldest(Parts parts) {
    return parts.all().stream().mapToLong(Parts.Part::since).min().orElseThrow();
  }
}
