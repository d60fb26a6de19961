package botbot.redis.topology;

import botbot.redis.protocol.HashSlot;
import botbot.redis.protocol.Host;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which primary of a Redis Cluster has which hash slots, as one of its nodes has told. */
public final class SlotMap {

  /** Nobody has told yet. */
  public static final SlotMap UNKNOWN = new SlotMap(List.of());

  /** How many ranges of slots are told in words. */
  private static final int TOLD = 4;

  /** Slots from one to another, both included, and who has them. */
  public record Range(int from, int to, Host primary) {
    String text() {
      return SlotMap.text(from, to);
    }
  }

  private final long learnedAt = System.nanoTime();
  private final List<Range> all;
  private final @Nullable Host[] primaries = new Host[HashSlot.COUNT];
  private final Map<Host, List<Range>> ranges;

  private final BitSet unserved;
  private final long unservedSince;

  SlotMap(List<Range> ranges) {
    this(ranges, new BitSet(), 0);
  }

  private SlotMap(List<Range> ranges, BitSet unserved, long unservedSince) {
    this.all = List.copyOf(ranges);
    for (Range range : ranges) {
      Arrays.fill(primaries, range.from(), range.to() + 1, range.primary());
    }
    this.ranges =
        ranges.stream()
            .collect(
                Collectors.groupingBy(Range::primary, LinkedHashMap::new, Collectors.toList()));
    this.unserved = unserved;
    this.unservedSince = unservedSince;
  }

  /**
   * The same, and where nobody has a slot whoever had it before: a node may hear that a primary has
   * stepped back before it hears of the next, and that primary knows.
   */
  SlotMap over(SlotMap before) {
    List<Range> merged = new ArrayList<>(all);
    BitSet nobodys = new BitSet(HashSlot.COUNT);
    int slot = 0;
    while (slot < HashSlot.COUNT) {
      int from = slot;
      Host left = before.primaries[from];
      do {
        slot++;
      } while (slot < HashSlot.COUNT
          && (primaries[slot] == null) == (primaries[from] == null)
          && Objects.equals(left, before.primaries[slot]));
      if (primaries[from] == null) {
        nobodys.set(from, slot);
        if (left != null) {
          merged.add(new Range(from, slot - 1, left));
        }
      }
    }
    if (nobodys.isEmpty()) {
      return this;
    }
    return new SlotMap(
        merged, nobodys, before.unserved.isEmpty() ? learnedAt : before.unservedSince);
  }

  /** The slots that nobody has, if that has been so for longer, in words. */
  public Optional<String> unserved(Duration longerThan) {
    if (unserved.isEmpty() || System.nanoTime() - unservedSince <= longerThan.toNanos()) {
      return Optional.empty();
    }
    List<String> told = new ArrayList<>();
    for (int from = unserved.nextSetBit(0); from >= 0; ) {
      int end = unserved.nextClearBit(from);
      told.add(text(from, end - 1));
      from = unserved.nextSetBit(end);
    }
    return Optional.of(words(told));
  }

  /** Who has a slot; null for nobody. */
  public @Nullable Host primary(int slot) {
    return primaries[slot];
  }

  /** Whether it was told so long ago. */
  public boolean isOlderThan(Duration age) {
    return System.nanoTime() - learnedAt > age.toNanos();
  }

  /** As they were told. */
  public List<Range> ranges() {
    return all;
  }

  /** All who have slots. */
  public Set<Host> primaries() {
    return ranges.keySet();
  }

  /** The slots of a primary in words, such as {@code 0-5460, 9000}. */
  public String slots(Host primary) {
    return words(ranges.getOrDefault(primary, List.of()).stream().map(Range::text).toList());
  }

  private static String text(int from, int to) {
    return from == to ? String.valueOf(from) : from + "-" + to;
  }

  private static String words(List<String> all) {
    String told = all.stream().limit(TOLD).collect(Collectors.joining(", "));
    return all.size() > TOLD ? told + " and others" : told;
  }
}
