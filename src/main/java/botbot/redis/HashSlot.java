package botbot.redis;

/** The part of a Redis Cluster that a key is in; the same for all keys with one hash tag. */
public final class HashSlot {

  private static final int SLOTS = 16_384;
  private static final int POLYNOMIAL = 0x1021;

  private HashSlot() {}

  /**
   * The slot of a key of ASCII characters, after the "Redis Cluster specification": CRC-16/XMODEM
   * of what is between its first brace and the next closing one, if there is anything, else of all.
   */
  public static int of(String key) {
    int open = key.indexOf('{');
    int close = open < 0 ? -1 : key.indexOf('}', open);
    return close > open + 1 ? crc(key, open + 1, close) % SLOTS : crc(key, 0, key.length()) % SLOTS;
  }

  private static int crc(String text, int from, int to) {
    int crc = 0;
    for (int i = from; i < to; i++) {
      crc ^= text.charAt(i) << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) == 0 ? crc << 1 : crc << 1 ^ POLYNOMIAL;
      }
    }
    return crc & 0xFFFF;
  }
}
