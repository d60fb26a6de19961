package botbot.connection;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Faults of TLS in words that say what is to be set right, without the addresses and file names
 * that the errors hold. They are told apart by the texts of the JDK, of Netty and of the driver of
 * PostgreSQL, since a client of a cluster passes on nothing else.
 */
public final class TlsFaults {

  /** The server answers, but in plain text. */
  public static final String NO_TLS = "it does not speak TLS";

  private record Known(Pattern text, String words) {
    Known(String text, String words) {
      this(Pattern.compile(text), words);
    }
  }

  /** What is more special comes first. */
  private static final List<Known> ALL =
      List.of(
          new Known("NotAfter", "its certificate has expired"),
          new Known("NotBefore", "its certificate is not valid yet"),
          new Known("validity check failed", "its certificate has expired or is not valid yet"),
          new Known(
              "No subject alternative|No name matching|hostname .* could not be verified",
              "its certificate is for another host name"),
          new Known(
              "(?i)SSL root certificate|NoSuchFileException|AccessDeniedException",
              "the certificates of its CA cannot be read from the file that is set"),
          new Known("PKIX|[Tt]rust ?[Aa]nchor", "its certificate is of a CA that is not trusted"),
          new Known(
              "certificate_required|bad_certificate",
              "it wants a certificate of this service, or another one"),
          new Known(
              "unknown_ca|certificate_unknown|certificate_expired|certificate_revoked",
              "it does not accept the certificate of this service"),
          new Known(
              "protocol_version|handshake_failure|No appropriate protocol|insufficient_security",
              "it has no version or cipher of TLS in common with this service"),
          new Known(
              "not an SSL/TLS record|Unsupported or unrecognized SSL|server does not support SSL",
              NO_TLS),
          new Known("handshake was in progress|during handshake", "it ends the handshake of TLS"),
          new Known("SSLException|SSLHandshakeException|SSL error", "TLS with it fails"));

  private TlsFaults() {}

  /** The fault in words that follow the name of the server and a colon; null if it is no such. */
  public static @Nullable String words(Throwable fault) {
    StringBuilder texts = new StringBuilder();
    for (Throwable at = fault; at != null; at = at.getCause()) {
      texts.append(at).append('\n');
    }
    return ALL.stream()
        .filter(known -> known.text().matcher(texts).find())
        .map(Known::words)
        .findFirst()
        .orElse(null);
  }

  /** Whether these are words for a fault of TLS. */
  public static boolean isOne(String words) {
    return ALL.stream().anyMatch(known -> known.words().equals(words));
  }
}
