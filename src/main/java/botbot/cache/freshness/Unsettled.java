package botbot.cache.freshness;

import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The transactions of which something is, or may come to be, in the outbox. Of all others it is
 * known that they have ended and that nothing of them is left, though PostgreSQL may have to keep
 * the rows for those who look at an old snapshot.
 *
 * @param from these and all later ones
 * @param underWay and these, which are earlier and had not ended
 */
record Unsettled(long from, Long[] underWay) {

  static final Unsettled ALL = new Unsettled(0, new Long[0]);

  /** By what a look saw; {@code first} is the first with a row, if there is one. */
  static Unsettled of(long next, OptionalLong first, Long[] underWay) {
    long from = Math.min(next, first.orElse(next));
    return new Unsettled(from, Stream.of(underWay).filter(one -> one < from).toArray(Long[]::new));
  }
}
