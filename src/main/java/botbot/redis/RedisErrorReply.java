package botbot.redis;

import io.vertx.redis.client.impl.types.ErrorType;

/** Redis answered, with an error; {@link #kind()} is its first word, such as {@code WRONGTYPE}. */
public final class RedisErrorReply extends RuntimeException {

  private final String kind;

  private RedisErrorReply(String message) {
    super(message, null, false, false);
    int space = message.indexOf(' ');
    this.kind = space < 0 ? message : message.substring(0, space);
  }

  /** The error reply, or {@link RedisUnavailable} where there was no reply that says anything. */
  static RuntimeException of(Throwable error) {
    if (!(error instanceof ErrorType reply) || reply.is("CONNECTION_CLOSED")) {
      return new RedisUnavailable(RedisUnavailable.Reason.LOST);
    }
    return new RedisErrorReply(String.valueOf(reply.getMessage()));
  }

  public String kind() {
    return kind;
  }

  /** This server cannot serve now: it is loading, a replica, or has lost its primary. */
  boolean cannotServe() {
    return switch (kind) {
      case "LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "NOREPLICAS" -> true;
      default -> false;
    };
  }

  /** The script is not in the server's script cache. */
  boolean isNoScript() {
    return kind.equals("NOSCRIPT");
  }

  /** {@code maxmemory} is reached and the policy forbids eviction. */
  public boolean isOutOfMemory() {
    return kind.equals("OOM");
  }

  /** The key holds a value of another type. */
  public boolean isWrongType() {
    return kind.equals("WRONGTYPE");
  }
}
