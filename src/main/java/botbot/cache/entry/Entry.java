package botbot.cache.entry;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What stands under a cache key: {@code
 * 1|kind|version|expiry|freshUntil|loadMs|accessUntil|schema|payload}. The Lua scripts read the
 * first four fields. The payload of a long entry stands under a key of its own, after a token that
 * the entry names behind its {@code schema}; see {@link Payloads}.
 *
 * @param kind a value, the tombstone of a deletion, or the knowledge that there is none
 * @param version version of the value or the deletion; 0 for a negative entry
 * @param expiry end of life of the value by PostgreSQL's clock, ms since the epoch; 0 for none
 * @param freshUntil when Redis drops the entry, by the clock of the instance that stored it, ms
 * @param loadMs how long the load took, which decides how early it is refreshed
 * @param accessUntil until when an access need not be written down, ms; 0 for ever
 * @param schema fingerprint of the type the payload was written from
 * @param payload the value's JSON in UTF-8
 */
public record Entry(
    Kind kind,
    long version,
    long expiry,
    long freshUntil,
    long loadMs,
    long accessUntil,
    String schema,
    Buffer payload) {

  private static final byte SEPARATOR = '|';

  /** Before the token in the field of the schema. */
  private static final char APART = '>';

  /** What an entry says; its name is what stands in it. */
  public enum Kind {
    /** A value. */
    V,
    /** The tombstone of a deletion. */
    T,
    /** The knowledge that there is none. */
    N
  }

  public static Entry tombstone(long version) {
    return new Entry(Kind.T, version, 0, 0, 0, 0, "", Buffer.buffer());
  }

  public static Entry negative() {
    return new Entry(Kind.N, 0, 0, 0, 0, 0, "", Buffer.buffer());
  }

  /** This entry without its payload, which stands apart, after a token. */
  Entry apart(String token) {
    return of(schema + APART + token, Buffer.buffer());
  }

  /** The token before the payload, if that stands apart. */
  @Nullable String token() {
    int apart = schema.indexOf(APART);
    return apart < 0 ? null : schema.substring(apart + 1);
  }

  /** This entry with the payload that stood apart. */
  Entry with(Buffer whole) {
    return of(schema.substring(0, schema.indexOf(APART)), whole);
  }

  private Entry of(String otherSchema, Buffer otherPayload) {
    return new Entry(
        kind, version, expiry, freshUntil, loadMs, accessUntil, otherSchema, otherPayload);
  }

  Buffer encode() {
    String header =
        "1|"
            + kind
            + '|'
            + version
            + '|'
            + expiry
            + '|'
            + freshUntil
            + '|'
            + loadMs
            + '|'
            + accessUntil
            + '|'
            + schema
            + '|';
    return Buffer.buffer(header.length() + payload.length())
        .appendString(header)
        .appendBuffer(payload);
  }

  /** The entry, or null if the text is not one that this service wrote. */
  public static @Nullable Entry decode(Buffer text) {
    Header header = new Header(text);
    try {
      return header.word().equals("1")
          ? new Entry(
              Kind.valueOf(header.word()),
              header.number(),
              header.number(),
              header.number(),
              header.number(),
              header.number(),
              header.word(),
              header.rest())
          : null;
    } catch (IllegalArgumentException malformed) {
      return null;
    }
  }

  /** Reads an entry's fields one after the other. */
  private static final class Header {
    private final Buffer text;
    private final byte[] bytes;
    private int at;

    Header(Buffer text) {
      this.text = text;
      this.bytes = text.getBytes();
    }

    String word() {
      int end = at;
      while (end < bytes.length && bytes[end] != SEPARATOR) {
        end++;
      }
      if (end == bytes.length) {
        throw new IllegalArgumentException("a field is missing");
      }
      String word = new String(bytes, at, end - at, StandardCharsets.US_ASCII);
      at = end + 1;
      return word;
    }

    long number() {
      return Long.parseLong(word());
    }

    Buffer rest() {
      return text.slice(at, text.length());
    }
  }
}
