package botbot.redis.protocol;

import io.vertx.redis.client.impl.types.ErrorType;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Redis answered, with an error; {@link #kind()} is its first word, such as {@code WRONGTYPE}. */
public final class RedisErrorReply extends RuntimeException {

  /** What a script was refused, within the error that the script ended with. */
  private static final Pattern WITHIN_SCRIPT = Pattern.compile("-([A-Z]{3,}) ");

  /** How Redis says that a script's user lacks a right: without the word for it. */
  private static final String SCRIPT_WITHOUT_RIGHT = "The user executing the script can't";

  private static final String UNSERVED_SLOT = "CLUSTERDOWN Hash slot not served";

  /** Such as {@code MOVED 3999 127.0.0.1:6381}. */
  private static final Pattern REDIRECTION =
      Pattern.compile("(ASK|MOVED) \\d+ (.*):(\\d{1,5})\\s*");

  private final String message;
  private final String kind;

  private RedisErrorReply(String message) {
    super(message, null, false, false);
    this.message = message;
    this.kind = kind(message);
  }

  private static String kind(String message) {
    int space = message.indexOf(' ');
    String first = space < 0 ? message : message.substring(0, space);
    if (!first.equals("ERR")) {
      return first;
    }
    if (message.contains(SCRIPT_WITHOUT_RIGHT)) {
      return "NOPERM";
    }
    Matcher within = WITHIN_SCRIPT.matcher(message);
    return within.find() ? within.group(1) : first;
  }

  /** The error reply, or {@link RedisUnavailable} where there was no reply that says anything. */
  public static RuntimeException of(Throwable error) {
    if (!(error instanceof ErrorType reply) || reply.is("CONNECTION_CLOSED")) {
      return new RedisUnavailable(RedisUnavailable.Reason.LOST);
    }
    return new RedisErrorReply(String.valueOf(reply.getMessage()));
  }

  /** What Redis said. */
  @Override
  public String getMessage() {
    return message;
  }

  String kind() {
    return kind;
  }

  /** This server cannot serve now: it is loading, a replica, or has lost its primary. */
  public boolean cannotServe() {
    return switch (kind) {
      case "LOADING", "READONLY", "MASTERDOWN", "NOREPLICAS" -> true;
      case "CLUSTERDOWN" -> !isUnservedSlot();
      default -> false;
    };
  }

  /** Nobody serves the hash slot of the command, as far as this node knows; others are served. */
  public boolean isUnservedSlot() {
    return message.startsWith(UNSERVED_SLOT);
  }

  /**
   * Redis does not do its part. A value of another type is repaired, a script that is not loaded is
   * loaded, a server that cannot serve is left, and a slot that moves is followed.
   */
  public boolean isRefusal() {
    return !isWrongType()
        && !isNoScript()
        && !cannotServe()
        && !isUnservedSlot()
        && !kind.equals("TRYAGAIN")
        && redirection() == null;
  }

  /**
   * Where to go instead, as a node of a cluster says it.
   *
   * @param isMoving whether only some keys of the slot are there by now
   */
  public record Redirection(boolean isMoving, String name, int port) {

    /** The host, given who said so: without a name it is a port of the same one. */
    public Host host(Host asked) {
      return new Host(name.isEmpty() ? asked.name() : name, port);
    }
  }

  /** Who serves the hash slot of the command, where that is another node; else null. */
  public @Nullable Redirection redirection() {
    Matcher to = REDIRECTION.matcher(message);
    return to.matches()
        ? new Redirection(to.group(1).equals("ASK"), to.group(2), Integer.parseInt(to.group(3)))
        : null;
  }

  /** The script is not in the server's script cache. */
  public boolean isNoScript() {
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
