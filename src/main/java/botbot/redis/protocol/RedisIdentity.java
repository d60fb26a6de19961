package botbot.redis.protocol;

import io.vertx.redis.client.Response;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which data set a connection reaches: {@code runId} changes with every start of a server, {@code
 * replicationId} with every promotion. A Redis that does not say so is known by a mark that is kept
 * in it.
 */
public record RedisIdentity(String runId, String replicationId) {

  /** Nothing is known of it. */
  public static final RedisIdentity UNKNOWN = new RedisIdentity("", "");

  /** A replica of a cluster, which sends on whoever asks it for a key. */
  public static final RedisIdentity REPLICA = new RedisIdentity("replica", "");

  private static final String MARKED = "marked:";

  private static final Pattern FIELD =
      Pattern.compile("^(run_id|master_replid|role):(\\S+)", Pattern.MULTILINE);

  /** A Redis that is known by the mark in it. */
  public static RedisIdentity marked(String mark) {
    return new RedisIdentity(MARKED + mark, "");
  }

  /**
   * Whether this is still the answer of the same primary to {@code INFO replication}, whose id is
   * new after each start and promotion.
   *
   * @throws NotPrimary if it is none
   */
  public boolean isStill(Response info) {
    return of(info).replicationId().equals(replicationId);
  }

  /**
   * Reads the identity from the answer of a primary to {@code INFO}; what it does not say is empty.
   *
   * @throws NotPrimary if it is none
   */
  public static RedisIdentity of(Response info) {
    String runId = "";
    String replicationId = "";
    String role = "";
    Matcher field = FIELD.matcher(info.toString());
    while (field.find()) {
      switch (field.group(1)) {
        case "run_id" -> runId = field.group(2);
        case "master_replid" -> replicationId = field.group(2);
        default -> role = field.group(2);
      }
    }
    if (!role.isEmpty() && !role.equals("master")) {
      throw new NotPrimary(role);
    }
    return new RedisIdentity(runId, replicationId);
  }

  /** Whether it is one that a server has told. */
  public boolean isWhole() {
    return !runId.isEmpty() && !replicationId.isEmpty();
  }
}
