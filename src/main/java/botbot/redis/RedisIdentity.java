package botbot.redis;

import io.vertx.redis.client.Response;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which data set a connection reaches: {@code runId} changes with every start of a server, {@code
 * replicationId} with every promotion. Those of a cluster are those of all its primaries.
 */
public record RedisIdentity(String runId, String replicationId) {

  private static final Pattern FIELD =
      Pattern.compile("^(run_id|master_replid|role):(\\S+)", Pattern.MULTILINE);

  /**
   * Reads the identity from the answers of all primaries to {@code INFO}, in any order.
   *
   * @throws IllegalStateException if one is not a primary, or does not say who it is
   */
  static RedisIdentity of(List<Response> infos) {
    List<RedisIdentity> all =
        infos.stream()
            .map(RedisIdentity::of)
            .sorted(Comparator.comparing(RedisIdentity::runId))
            .toList();
    return new RedisIdentity(
        all.stream().map(RedisIdentity::runId).collect(Collectors.joining(",")),
        all.stream().map(RedisIdentity::replicationId).collect(Collectors.joining(",")));
  }

  private static RedisIdentity of(Response info) {
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
