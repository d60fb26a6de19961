package botbot.session;

import java.security.SecureRandom;
import java.util.UUID;

/** UUIDs of version 7, RFC 9562, section 5.7: they sort by the millisecond of their making. */
final class UuidV7 {

  private UuidV7() {}

  static UUID random() {
    // none is kept: a native executable would be built with its seed inside
    SecureRandom random = new SecureRandom();
    return of(System.currentTimeMillis(), random.nextLong(), random.nextLong());
  }

  /** 48 bits of time, the version, 12 random bits; the variant, 62 random bits. */
  static UUID of(long epochMillis, long randomA, long randomB) {
    long high = epochMillis << 16 | 0x7000 | (randomA & 0xfff);
    long low = 0x8000_0000_0000_0000L | (randomB & 0x3fff_ffff_ffff_ffffL);
    return new UUID(high, low);
  }
}
