package botbot.redis;

import io.vertx.redis.client.Response;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which data set a connection reaches: {@code runId} changes with every start of a server, {@code
 * replicationId} with every promotion.
 */
public record RedisIdentity(String runId, String replicationId) {

  private static final Pattern FIELD =
      Pattern.compile("^(run_id|master_replid|role):(\\S+)", Pattern.MULTILINE);

  /**
   * Reads the identity from the answer to {@code INFO}.
   *
   * @throws IllegalStateException if the server is not a primary, or does not say who it is
   */
  static RedisIdentity of(Response info) {
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
    if (!role.equals("master") || runId.isEmpty()) {
      throw new IllegalStateException("not a primary, its role is '" + role + "'");
    }
    return new RedisIdentity(runId, replicationId);
  }
}
