package botbot.cache;

import org.jspecify.annotations.Nullable;

/**
 * What stands under a cache key: {@code 1|kind|version|expiry|freshUntil|loadMs|schema|payload}.
 * The Lua scripts read the first four fields.
 *
 * @param kind a value, the tombstone of a deletion, or the knowledge that there is none
 * @param version version of the value or the deletion; 0 for a negative entry
 * @param expiry end of life of the value by PostgreSQL's clock, ms since the epoch; 0 for none
 * @param freshUntil when Redis drops the entry, by the clock of the instance that stored it, ms
 * @param loadMs how long the load took, which decides how early it is refreshed
 * @param schema fingerprint of the type the payload was written from
 */
record Entry(
    Kind kind,
    long version,
    long expiry,
    long freshUntil,
    long loadMs,
    String schema,
    String payload) {

  private static final int FIELDS = 8;

  enum Kind {
    V,
    T,
    N
  }

  static Entry tombstone(long version) {
    return new Entry(Kind.T, version, 0, 0, 0, "", "");
  }

  static Entry negative() {
    return new Entry(Kind.N, 0, 0, 0, 0, "", "");
  }

  String encode() {
    return "1|"
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
        + schema
        + '|'
        + payload;
  }

  /** The entry, or null if the text is not one that this service wrote. */
  static @Nullable Entry decode(String text) {
    String[] part = text.split("\\|", FIELDS);
    if (part.length != FIELDS || !part[0].equals("1")) {
      return null;
    }
    try {
      return new Entry(
          Kind.valueOf(part[1]),
          Long.parseLong(part[2]),
          Long.parseLong(part[3]),
          Long.parseLong(part[4]),
          Long.parseLong(part[5]),
          part[6],
          part[7]);
    } catch (IllegalArgumentException malformed) {
      return null;
    }
  }
}
