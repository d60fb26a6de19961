package botbot.redis.protocol;

import botbot.connection.TlsFaults;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Why there is no connection, in words that follow "Redis: ". They hold no address, user or
 * password, since health checks tell them to everybody.
 */
public final class ConnectFaults {

  /** It hung up. */
  public static final String CLOSED = "connection closed";

  /** It hangs up on whoever does not begin with the handshake of TLS. */
  public static final String ONLY_TLS = "it speaks TLS, and its URL does not begin with rediss://";

  private static final String WRONG_PASSWORD = "it refuses the user or the password (WRONGPASS)";
  private static final String NO_PASSWORD = "it wants a user or a password (NOAUTH)";
  private static final String REFUSED = "connection refused";
  private static final String UNKNOWN_NAME = "its name cannot be resolved";

  /** What a client tells of with addresses, and passwords in them. */
  private static final String UNREACHED_NODE = "a server of the cluster is not reached";

  private static final Set<String> LASTING =
      Set.of(ONLY_TLS, WRONG_PASSWORD, NO_PASSWORD, UNKNOWN_NAME);

  private record Known(String text, String words) {}

  /** Found in what a server said, and in what a client of a cluster makes of it. */
  private static final List<Known> ALL =
      List.of(
          new Known("WRONGPASS", WRONG_PASSWORD),
          new Known("NOAUTH", NO_PASSWORD),
          new Known("timed out", "no connection in time"),
          new Known("No route to host", "there is no route to it"),
          new Known("Network is unreachable", "there is no route to it"),
          new Known("Connection refused", REFUSED),
          new Known("Failed to resolve", UNKNOWN_NAME),
          new Known("Connection reset", CLOSED),
          new Known("CONNECTION_CLOSED", CLOSED));

  private ConnectFaults() {}

  public static String of(Throwable error) {
    String tls = TlsFaults.words(error);
    if (tls != null) {
      return tls;
    }
    String said = Objects.requireNonNullElse(error.getMessage(), "connection broken");
    return ALL.stream()
        .filter(known -> said.contains(known.text()))
        .map(Known::words)
        .findFirst()
        .orElseGet(() -> other(error, said));
  }

  private static String other(Throwable error, String said) {
    return switch (error) {
      case ConnectException refused -> REFUSED;
      case UnknownHostException unknown -> UNKNOWN_NAME;
      default -> said.contains("://") || said.contains("\n") ? UNREACHED_NODE : said;
    };
  }

  /** Whether it stays until somebody sets something right, so that the log tells of it by name. */
  public static boolean isLasting(String cause) {
    return LASTING.contains(cause) || TlsFaults.isOne(cause);
  }
}
