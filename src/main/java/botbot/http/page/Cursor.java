package botbot.http.page;

import botbot.http.problem.BadInput;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Where a page ended: the sort key of its last item, as a few strings without U+0000. Opaque and
 * url-safe outside; a checksum tells a cursor from what a caller made up, but it is no secret.
 */
public final class Cursor {

  private static final String SEPARATOR = "\0";

  private final List<String> parts;

  private Cursor(List<String> parts) {
    this.parts = parts;
  }

  /** A cursor of numbers and strings. */
  public static Cursor of(Object... parts) {
    return new Cursor(Stream.of(parts).map(String::valueOf).toList());
  }

  /**
   * What {@link #encode} gave, of that many parts; none for none, and {@link BadInput} for anything
   * else.
   */
  public static Optional<Cursor> parse(@Nullable String text, int parts) {
    if (text == null) {
      return Optional.empty();
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException notBase64) {
      throw malformed();
    }
    if (bytes.length < Integer.BYTES) {
      throw malformed();
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    int sum = buffer.getInt();
    String joined = StandardCharsets.UTF_8.decode(buffer).toString();
    List<String> found = List.of(joined.split(SEPARATOR, -1));
    if (found.size() != parts || sum != checksum(joined.getBytes(StandardCharsets.UTF_8))) {
      throw malformed();
    }
    return Optional.of(new Cursor(found));
  }

  /** The cursor as callers see it: {@code A-Z a-z 0-9 - _}. */
  String encode() {
    byte[] joined = String.join(SEPARATOR, parts).getBytes(StandardCharsets.UTF_8);
    byte[] bytes =
        ByteBuffer.allocate(Integer.BYTES + joined.length)
            .putInt(checksum(joined))
            .put(joined)
            .array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The part at {@code index}, from 0. */
  public String text(int index) {
    return parts.get(index);
  }

  /** The part at {@code index} as a whole number; {@link BadInput} if it is none. */
  public long number(int index) {
    try {
      return Long.parseLong(parts.get(index));
    } catch (NumberFormatException notANumber) {
      throw malformed();
    }
  }

  private static int checksum(byte[] bytes) {
    CRC32 sum = new CRC32();
    sum.update(bytes);
    return (int) sum.getValue();
  }

  private static BadInput malformed() {
    return new BadInput("cursor", "must be the nextCursor of a page of this list");
  }
}
