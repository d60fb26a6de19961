package botbot.cache.entry;

import botbot.redis.protocol.HashSlot;
import botbot.space.Deployment;
import botbot.space.Key;
import botbot.space.Space;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What an entry and what belongs to it are called in Redis: first the installation and the space.
 * The id is in clear and is the hash tag of them all.
 *
 * @param since the epoch since which entries of this hash slot are read; in a cluster it may be
 *     earlier than the current one
 */
public record EntryNames(long since, String entry, String lease) {

  private static final String ENTRY = "cache";
  private static final String LEASE = "lease";
  private static final Pattern SINCE = Pattern.compile("(\\d{1,18}):");

  public static EntryNames of(Deployment deployment, long since, String cache, Key key) {
    String suffix = since + ":" + cache + ":{" + HashSlot.tag(key.id()) + "}";
    return new EntryNames(
        since,
        deployment.cachePrefix(key.space(), ENTRY) + suffix,
        deployment.cachePrefix(key.space(), LEASE) + suffix);
  }

  /**
   * The {@code since} in the name of a key of that space; none where the key is not of the cache.
   */
  public static OptionalLong since(Deployment deployment, Space space, String redisKey) {
    return Stream.of(ENTRY, LEASE)
        .map(what -> deployment.cachePrefix(space, what))
        .filter(redisKey::startsWith)
        .map(prefix -> SINCE.matcher(redisKey).region(prefix.length(), redisKey.length()))
        .filter(Matcher::lookingAt)
        .mapToLong(since -> Long.parseLong(since.group(1)))
        .findFirst();
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
