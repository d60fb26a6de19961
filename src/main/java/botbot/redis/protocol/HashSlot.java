package botbot.redis.protocol;

import java.nio.charset.StandardCharsets;

/** The part of a Redis Cluster that a key is in; the same for all keys with one hash tag. */
public final class HashSlot {

  /** How many there are. */
  public static final int COUNT = 16_384;

  private static final int POLYNOMIAL = 0x1021;

  private HashSlot() {}

  /**
   * The slot of a key, after the "Redis Cluster specification": CRC-16/XMODEM of what is between
   * its first brace and the next closing one, if there is anything, else of all.
   */
  public static int of(String key) {
    int open = key.indexOf('{');
    int close = open < 0 ? -1 : key.indexOf('}', open);
    return close > open + 1 ? crc(key, open + 1, close) % COUNT : crc(key, 0, key.length()) % COUNT;
  }

  /**
   * An id as the hash tag of a key, between whose braces it stands in clear. A brace at its start
   * would leave the tag empty, and the keys of one id in several slots, so a percent sign goes
   * before it; two ids never have the same tag.
   */
  public static String tag(String id) {
    return id.startsWith("}") || id.startsWith("%") ? "%" + id : id;
  }

  private static int crc(String text, int from, int to) {
    int crc = 0;
    for (byte b : text.substring(from, to).getBytes(StandardCharsets.UTF_8)) {
      crc ^= (b & 0xFF) << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) == 0 ? crc << 1 : crc << 1 ^ POLYNOMIAL;
      }
    }
    return crc & 0xFFFF;
  }
}
