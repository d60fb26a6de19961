package botbot.cache.freshness;

import botbot.redis.protocol.RedisIdentity;
import botbot.redis.protocol.RedisPart;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which primary has which hash slots in an epoch, and since which epoch nothing is read of them
 * that was there before: the generation of their entries. Without a cluster it is one part. Parts
 * are in order and do not overlap.
 */
record Parts(List<Part> all) {

  /** Slots, who has them, and their generation, which is 0 for the epoch that is yet to begin. */
  record Part(int from, int to, RedisIdentity primary, long since) {}

  /** None is known. */
  static final Parts NONE = new Parts(List.of());

  private static final Pattern PART = Pattern.compile("(\\d+)-(\\d+):(\\d+):(\\d+)");

  Parts {
    all = List.copyOf(all);
  }

  /** The part with a slot; null where nobody has it. */
  @Nullable Part at(int slot) {
    if (all.size() == 1) {
      Part only = all.getFirst();
      return only.from() <= slot && slot <= only.to() ? only : null;
    }
    int low = 0;
    int high = all.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Part part = all.get(middle);
      if (slot < part.from()) {
        high = middle - 1;
      } else if (slot > part.to()) {
        low = middle + 1;
      } else {
        return part;
      }
    }
    return null;
  }

  /** Whether it is one Redis that has all. */
  boolean isOne() {
    return all.size() == 1 && all.getFirst().from() == 0 && all.getFirst().to() == RedisPart.LAST;
  }

  /** Whether one of them is this primary's. */
  boolean has(RedisIdentity primary) {
    for (Part part : all) {
      if (part.primary().equals(primary)) {
        return true;
      }
    }
    return false;
  }

  /** Whether all slots of these have these primaries. */
  boolean agreeWith(List<RedisPart> served) {
    return served.stream()
        .allMatch(
            one -> {
              int slot = one.from();
              while (slot <= one.to()) {
                Part known = at(slot);
                if (known == null || !known.primary().equals(one.primary())) {
                  return false;
                }
                slot = known.to() + 1;
              }
              return true;
            });
  }

  /** Whether all are of the epoch that is yet to begin. */
  boolean areOfOneEpoch() {
    return all.stream().allMatch(part -> part.since() == 0);
  }

  /** For {@link #read}; null for one part. */
  @Nullable String text() {
    List<RedisIdentity> primaries = primaries();
    return isOne()
        ? null
        : all.stream()
            .map(
                part ->
                    "%d-%d:%d:%d"
                        .formatted(
                            part.from(),
                            part.to(),
                            primaries.indexOf(part.primary()),
                            part.since()))
            .collect(Collectors.joining(" "));
  }

  /** What {@link #text} tells of primaries in an epoch. */
  static Parts read(@Nullable String text, List<RedisIdentity> primaries, long epoch) {
    if (text == null) {
      // an instance of the release before does not tell who of several has what
      return primaries.size() > 1 ? NONE : fresh(primaries.getFirst(), epoch);
    }
    return new Parts(
        PART.matcher(text)
            .results()
            .map(
                part -> {
                  long since = Long.parseLong(part.group(4));
                  return new Part(
                      Integer.parseInt(part.group(1)),
                      Integer.parseInt(part.group(2)),
                      primaries.get(Integer.parseInt(part.group(3))),
                      since == 0 ? epoch : since);
                })
            .toList());
  }

  private static Parts fresh(RedisIdentity primary, long epoch) {
    RedisPart all = RedisPart.all(primary);
    return new Parts(List.of(new Part(all.from(), all.to(), primary, epoch)));
  }

  /** The same of a generation that is yet to begin. */
  Parts anew() {
    return NONE.after(served());
  }

  /** These, of which the parts that have one of the slots are of a generation yet to begin. */
  Parts anew(Set<Integer> slots) {
    List<Part> next = new ArrayList<>();
    for (Part part : all) {
      boolean fresh = slots.stream().anyMatch(slot -> part.from() <= slot && slot <= part.to());
      append(next, fresh ? new Part(part.from(), part.to(), part.primary(), 0) : part);
    }
    return new Parts(next);
  }

  /**
   * These, after others were found to serve: where the primary is the same the generation goes on,
   * else another begins, and of slots that nobody was found to serve all stays as it was.
   */
  Parts after(List<RedisPart> served) {
    Set<Integer> starts = new HashSet<>();
    all.forEach(part -> starts.addAll(List.of(part.from(), part.to() + 1)));
    served.forEach(part -> starts.addAll(List.of(part.from(), part.to() + 1)));
    List<Integer> bounds = starts.stream().sorted().toList();
    Parts found =
        new Parts(
            served.stream()
                .map(part -> new Part(part.from(), part.to(), part.primary(), 0))
                .sorted(Comparator.comparingInt(Part::from))
                .toList());
    List<Part> next = new ArrayList<>();
    for (int i = 0; i + 1 < bounds.size(); i++) {
      Part before = at(bounds.get(i));
      Part now = found.at(bounds.get(i));
      Part kept =
          now == null || before != null && before.primary().equals(now.primary()) ? before : now;
      if (kept != null) {
        append(next, new Part(bounds.get(i), bounds.get(i + 1) - 1, kept.primary(), kept.since()));
      }
    }
    return new Parts(next);
  }

  private static void append(List<Part> parts, Part part) {
    Part last = parts.isEmpty() ? null : parts.getLast();
    if (last != null
        && last.to() + 1 == part.from()
        && last.primary().equals(part.primary())
        && last.since() == part.since()) {
      parts.set(parts.size() - 1, new Part(last.from(), part.to(), part.primary(), part.since()));
    } else {
      parts.add(part);
    }
  }

  /** As they are served, of whatever generation. */
  List<RedisPart> served() {
    return all.stream().map(part -> new RedisPart(part.from(), part.to(), part.primary())).toList();
  }

  /** The primaries, each once, in the order of their {@code run_id}. */
  List<RedisIdentity> primaries() {
    return all.stream()
        .map(Part::primary)
        .distinct()
        .sorted(Comparator.comparing(RedisIdentity::runId))
        .toList();
  }
}
