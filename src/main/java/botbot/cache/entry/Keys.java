package botbot.cache.entry;

import botbot.redis.protocol.HashSlot;
import botbot.space.Deployment;
import botbot.space.Key;

/**
 * Names of the cache's keys: first the installation and the space. The id is in clear and is the
 * hash tag of an entry and all that belongs to it.
 *
 * @param since the epoch since which entries of this hash slot are read; in a cluster it may be
 *     earlier than the current one
 */
public record Keys(long since, String entry, String lease) {

  public static Keys of(Deployment deployment, long since, String cache, Key key) {
    String suffix = since + ":" + cache + ":{" + HashSlot.tag(key.id()) + "}";
    return new Keys(
        since,
        deployment.cachePrefix(key.space(), "cache") + suffix,
        deployment.cachePrefix(key.space(), "lease") + suffix);
  }

  /** Where the payload of a long entry stands. */
  String payload() {
    return entry + "payload";
  }

  /** Where a payload is gathered until it is whole. */
  String upload(String token) {
    return entry + "upload:" + token;
  }
}
