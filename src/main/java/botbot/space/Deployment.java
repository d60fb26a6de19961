package botbot.space;

import java.util.List;

/**
 * One installation of the service: all that work with one database. Its keys in Redis begin with
 * its identity and a space, so that others can use the same Redis.
 *
 * @param identity made with the database; empty for an installation that is older than identities,
 *     whose keys of the default space are as they were
 */
public record Deployment(String identity) {

  /** How keys of the cache begin; {@code what} is a word of its own. */
  public String cachePrefix(Space space, String what) {
    return prefix(space, "botbot:") + what + ':';
  }

  /** How keys of rate counters begin. */
  public String ratePrefix(Space space) {
    return prefix(space, "") + "rate:";
  }

  /** How keys of a space begin. Neither an identity nor a name of a space has a slash. */
  private String prefix(Space space) {
    return "botbot:" + identity + '/' + space.name() + '/';
  }

  /** How all keys of a space begin, where those of an older installation have no common prefix. */
  public List<String> prefixes(Space space) {
    return isOld() && space.equals(Space.DEFAULT)
        ? List.of("botbot:cache:", "botbot:lease:", "rate:")
        : List.of(prefix(space));
  }

  private String prefix(Space space, String before) {
    return isOld() && space.equals(Space.DEFAULT) ? before : prefix(space);
  }

  /** Whether the keys of the default space have no prefix. */
  boolean isOld() {
    return identity.isEmpty();
  }
}
