package botbot.redis;

import io.vertx.redis.client.Response;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which data set a connection reaches: {@code runId} changes with every start of a server, {@code
 * replicationId} with every promotion. Those of a cluster are those of all its primaries. A Redis
 * that does not say so is known by a mark that is kept in it.
 */
public record RedisIdentity(String runId, String replicationId) {

  /** Nothing is known of it. */
  static final RedisIdentity UNKNOWN = new RedisIdentity("", "");

  private static final String MARKED = "marked:";

  private static final Pattern FIELD =
      Pattern.compile("^(run_id|master_replid|role):(\\S+)", Pattern.MULTILINE);

  /** A Redis that is known by the mark in it. */
  public static RedisIdentity marked(String mark) {
    return new RedisIdentity(MARKED + mark, "");
  }

  /** Whether it is known by a mark in it. */
  public boolean isMarked() {
    return runId.startsWith(MARKED);
  }

  /**
   * Reads the identity from the answers of all primaries to {@code INFO}, in any order; unknown
   * where one does not say who it is.
   *
   * @throws IllegalStateException if one is not a primary
   */
  static RedisIdentity of(List<Response> infos) {
    List<RedisIdentity> all =
        infos.stream()
            .map(RedisIdentity::of)
            .sorted(Comparator.comparing(RedisIdentity::runId))
            .toList();
    if (all.stream().anyMatch(one -> one.runId().isEmpty() || one.replicationId().isEmpty())) {
      return UNKNOWN;
    }
    return new RedisIdentity(
        all.stream().map(RedisIdentity::runId).collect(Collectors.joining(",")),
        all.stream().map(RedisIdentity::replicationId).collect(Collectors.joining(",")));
  }

  /**
   * Whether these are still the answers of the same primaries to {@code INFO replication}, whose id
   * is new after each start and promotion.
   *
   * @throws IllegalStateException if one is not a primary
   */
  boolean isStill(List<Response> infos) {
    List<String> now =
        infos.stream().map(RedisIdentity::of).map(RedisIdentity::replicationId).sorted().toList();
    return now.equals(Arrays.stream(replicationId.split(",")).sorted().toList());
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
    if (!role.isEmpty() && !role.equals("master")) {
      throw new IllegalStateException("not a primary, its role is '" + role + "'");
    }
    return new RedisIdentity(runId, replicationId);
  }
}
