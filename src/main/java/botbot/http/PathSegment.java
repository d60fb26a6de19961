package botbot.http;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** A segment of a path, in the form in which RFC 3986 lets it stand there. */
public final class PathSegment {
  private static final String PLAIN = "-._~!$&'()*,=:@";
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private PathSegment() {}

  /** {@code text} percent-encoded, so that it stays one segment. */
  public static String of(String text) {
    StringBuilder segment = new StringBuilder(text.length());
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xFF);
      boolean letterOrDigit = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
      if (letterOrDigit || PLAIN.indexOf(c) >= 0) {
        segment.append(c);
      } else {
        segment.append('%').append(HEX.toHexDigits(b));
      }
    }
    return segment.toString();
  }
}
