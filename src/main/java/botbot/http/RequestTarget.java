package botbot.http;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * What a request is sent to: a path and a query as they stand in its first line. A path that the
 * framework would normalise to that of another resource is refused here, so that none ever is.
 */
final class RequestTarget {
  /** Operational paths are no resources of callers: a slash may end them. */
  static final String OPERATION = "/q/";

  /** The same holds for the page of the console, which its files are relative to. */
  private static final String CONSOLE = "/console/";

  private RequestTarget() {}

  /** What is said of {@code target}: nothing where it names what it seems to name. */
  enum Fault {
    NONE,
    MALFORMED,
    DOT_SEGMENT,
    EMPTY_SEGMENT
  }

  static Fault faultOf(String target) {
    return isPlain(target) ? Fault.NONE : faultOfUnusual(target);
  }

  /**
   * Whether it is a path of letters, digits and a few marks, as most are. It has no fault then, and
   * costs each request little.
   */
  private static boolean isPlain(String target) {
    char before = 0;
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      boolean fits =
          switch (before) {
            case 0 -> c == '/';
            case '/' -> isWord(c);
            default -> c == '/' || isWord(c) || c == '.' || c == ':' || c == '@' || c == '~';
          };
      if (!fits) {
        return false;
      }
      before = c;
    }
    return before != 0 && before != '/';
  }

  private static boolean isWord(char c) {
    return c >= 'a' && c <= 'z'
        || c >= '0' && c <= '9'
        || c >= 'A' && c <= 'Z'
        || c == '-'
        || c == '_';
  }

  private static Fault faultOfUnusual(String target) {
    String path;
    try {
      URI whole = new URI(target);
      // two slashes at its start are no host, but an empty segment
      path = target.startsWith("/") ? target.split("[?#]", 2)[0] : whole.getRawPath();
    } catch (URISyntaxException malformed) {
      return Fault.MALFORMED;
    }
    if (path == null || !isUtf8(target)) {
      return Fault.MALFORMED;
    }
    String[] segments = path.split("/", -1);
    for (int i = 1; i < segments.length; i++) {
      if (isDots(segments[i])) {
        return Fault.DOT_SEGMENT;
      }
    }
    for (int i = 1; i < segments.length; i++) {
      boolean last = i == segments.length - 1;
      if (segments[i].isEmpty() && !(last && (i == 1 || mayEndInSlash(path)))) {
        return Fault.EMPTY_SEGMENT;
      }
    }
    return Fault.NONE;
  }

  private static boolean mayEndInSlash(String path) {
    return path.startsWith(OPERATION) || path.equals(CONSOLE);
  }

  /** The same target, its semicolons encoded: the framework would drop what follows one. */
  static String withoutSemicolons(String target) {
    return target.replace(";", "%3B");
  }

  private static boolean isDots(String segment) {
    if (segment.isEmpty() || segment.length() > "%2e%2e".length()) {
      return false;
    }
    String decoded = segment.replace("%2e", ".").replace("%2E", ".");
    return decoded.equals(".") || decoded.equals("..");
  }

  /** Whether it is ASCII, and what it encodes by percent signs is UTF-8. */
  private static boolean isUtf8(String target) {
    if (target.chars().anyMatch(c -> c >= 0x80)) {
      return false;
    }
    // most targets encode nothing, and every request passes here
    if (target.indexOf('%') < 0) {
      return true;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(target.length());
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c == '%') {
        // java.net.URI has seen that two digits follow
        bytes.write(Integer.parseInt(target, i + 1, i + 3, 16));
        i += 2;
      } else {
        bytes.write(c);
      }
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray()));
      return true;
    } catch (CharacterCodingException malformed) {
      return false;
    }
  }
}
