package botbot.redis.topology;

import botbot.redis.protocol.HashSlot;
import botbot.redis.protocol.Host;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which primary of a Redis Cluster has which hash slots, as one of its nodes has told. */
public final class SlotMap {

  /** Nobody has told yet. */
  public static final SlotMap UNKNOWN = new SlotMap(List.of());

  /** How many ranges of slots of one primary are told in words. */
  private static final int TOLD = 4;

  /** Slots from one to another, both included, and who has them. */
  public record Range(int from, int to, Host primary) {
    String text() {
      return from == to ? String.valueOf(from) : from + "-" + to;
    }
  }

  private final long learnedAt = System.nanoTime();
  private final List<Range> all;
  private final @Nullable Host[] primaries = new Host[HashSlot.COUNT];
  private final Map<Host, List<Range>> ranges;

  SlotMap(List<Range> ranges) {
    this.all = List.copyOf(ranges);
    for (Range range : ranges) {
      Arrays.fill(primaries, range.from(), range.to() + 1, range.primary());
    }
    this.ranges =
        ranges.stream()
            .collect(
                Collectors.groupingBy(Range::primary, LinkedHashMap::new, Collectors.toList()));
  }

  /**
   * The same, and where nobody has a slot whoever had it before: a node may hear that a primary has
   * stepped back before it hears of the next, and that primary knows.
   */
  SlotMap over(SlotMap before) {
    List<Range> merged = new ArrayList<>(all);
    for (int from = 0; from < HashSlot.COUNT; from++) {
      Host left = primaries[from] == null ? before.primaries[from] : null;
      if (left != null) {
        int to = from;
        while (to + 1 < HashSlot.COUNT
            && primaries[to + 1] == null
            && left.equals(before.primaries[to + 1])) {
          to++;
        }
        merged.add(new Range(from, to, left));
        from = to;
      }
    }
    return merged.size() == all.size() ? this : new SlotMap(merged);
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
    List<Range> all = ranges.getOrDefault(primary, List.of());
    String told = all.stream().limit(TOLD).map(Range::text).collect(Collectors.joining(", "));
    return all.size() > TOLD ? told + " and others" : told;
  }
}
