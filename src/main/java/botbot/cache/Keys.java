package botbot.cache;

import botbot.redis.HashSlot;

/**
 * Names of the cache's keys in an epoch. The id is in clear and is the hash tag of an entry and its
 * lease.
 */
record Keys(long epoch, String entry, String lease) {

  static Keys of(String cache, long epoch, String id) {
    String suffix = epoch + ":" + cache + ":{" + HashSlot.tag(id) + "}";
    return new Keys(epoch, "botbot:cache:" + suffix, "botbot:lease:" + suffix);
  }
}
