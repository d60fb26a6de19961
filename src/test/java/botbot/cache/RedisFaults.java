package botbot.cache;

import botbot.testing.Frozen;
import botbot.testing.Pause;
import botbot.testing.RedisServer;
import botbot.testing.Soon;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What may befall a single Redis. */
public final class RedisFaults {

  /** What a server needs so that all of it may be done to it. */
  public static final String SETTING = "enable-protected-configs local";

  private static final Pattern USED = Pattern.compile("used_memory:(\\d+)");

  private final RedisServer redis;
  private Path snapshot;

  /** Of a server with the {@link #SETTING}. */
  public RedisFaults(RedisServer redis) {
    this.redis = redis;
  }

  /** Saves what it holds, for {@link #restoreSnapshot}. */
  void takeSnapshot() {
    snapshot = redis.snapshot();
  }

  /** It is away for so long, and comes back empty. */
  void kill(int millis) {
    redis.kill();
    Pause.millis(millis);
    redis.start();
  }

  /** It is away for so long, and comes back with what it held at the last snapshot. */
  void restoreSnapshot(int millis) {
    redis.kill();
    Pause.millis(millis);
    redis.startFrom(snapshot);
  }

  /** It is deaf for so long. */
  public void freeze(int millis) {
    try (Frozen frozen = redis.freeze()) {
      Pause.millis(millis);
    }
  }

  /** It loses all that it holds. */
  void flush() {
    redis.command("FLUSHALL");
  }

  /**
   * For so long it has no more memory than it uses now and some bytes.
   *
   * @param policy how it makes room
   * @param room may be negative
   */
  public void evict(String policy, int room, int millis) {
    MatchResult used =
        USED.matcher((String) redis.command("INFO", "memory")).results().findFirst().orElseThrow();
    set("maxmemory-policy", policy);
    set("maxmemory", "" + (Long.parseLong(used.group(1)) + room));
    try {
      Pause.millis(millis);
    } finally {
      set("maxmemory", "0");
      set("maxmemory-policy", "noeviction");
    }
  }

  /** For so long it refuses writes since it cannot save its snapshot. */
  void failToSave(int millis) {
    String home = (String) ((List<?>) redis.command("CONFIG", "GET", "dir")).get(1);
    // nothing can be saved there
    set("dir", "/proc");
    set("save", "3600 1000000");
    try {
      Soon.soon().until(this::bgsaveFailed);
      Pause.millis(millis);
    } finally {
      set("save", "");
      set("dir", home);
    }
  }

  private boolean bgsaveFailed() {
    if (redis.command("INFO", "persistence").toString().contains("rdb_last_bgsave_status:err")) {
      return true;
    }
    redis.command("BGSAVE");
    return false;
  }

  private void set(String name, String value) {
    redis.command("CONFIG", "SET", name, value);
  }
}
