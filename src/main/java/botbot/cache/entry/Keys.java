package botbot.cache.entry;

import botbot.redis.protocol.HashSlot;
import botbot.space.Deployment;
import botbot.space.Key;

/**
 * Names of the cache's keys in an epoch: first the installation and the space. The id is in clear
 * and is the hash tag of an entry and all that belongs to it.
 */
public record Keys(long epoch, String entry, String lease) {

  public static Keys of(Deployment deployment, long epoch, String cache, Key key) {
    String suffix = epoch + ":" + cache + ":{" + HashSlot.tag(key.id()) + "}";
    return new Keys(
        epoch,
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
