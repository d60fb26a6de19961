package botbot.cache.freshness;

import botbot.cache.entry.EntryNames;
import botbot.cache.freshness.Parts.Part;
import botbot.redis.protocol.HashSlot;
import botbot.redis.protocol.RedisPart;
import botbot.space.Deployment;
import botbot.space.Key;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A generation of the cache.
 *
 * @param number it grows
 * @param parts the Redis it was begun on
 * @param ofThisServer whether the server of PostgreSQL it was begun on is the one it was read from
 * @param deployment whose keys it is about
 * @param cause why it began
 */
public record Epoch(
    long number, Parts parts, boolean ofThisServer, Deployment deployment, String cause) {

  /** Whether all of these may be read, on the server of PostgreSQL that it was begun on. */
  boolean isOf(List<RedisPart> reached) {
    return ofThisServer && parts.agreeWith(reached);
  }

  /** The names of a key; null while nobody is known to have its hash slot. */
  public @Nullable EntryNames names(String cache, Key key) {
    Part part = parts.at(slot(key));
    return part == null ? null : EntryNames.of(deployment, part.since(), cache, key);
  }

  /** The hash slot of all that belongs to a key; 0 without a cluster. */
  public int slot(Key key) {
    return parts.isOne() ? 0 : HashSlot.of("{" + HashSlot.tag(key.id()) + "}");
  }

  /** Of which epoch the entries in a hash slot are that are read now; 0 for none. */
  long since(int slot) {
    Part part = parts.at(slot);
    return part == null ? 0 : part.since();
  }
}
