package botbot.access.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/**
 * A key as a client holds it: {@code bb_<id>.<secret>}. The id finds the stored hash and is no
 * secret; the hash is a plain SHA-256, since slow hashes protect what people choose, not 256 random
 * bits.
 */
public record ApiKey(String id, String text) {

  private static final String PREFIX = "bb_";
  private static final int ID_LENGTH = 12;
  private static final int SECRET_LENGTH = 43;
  private static final int DOT = PREFIX.length() + ID_LENGTH;

  private static final int ID_BYTES = 9;
  private static final int SECRET_BYTES = 32;

  /** A new key. */
  public static ApiKey random() {
    SecureRandom random = new SecureRandom();
    String id = random(random, ID_BYTES);
    return new ApiKey(id, PREFIX + id + "." + random(random, SECRET_BYTES));
  }

  /** The key that {@code text} is, if it has the form of one. */
  static Optional<ApiKey> parse(String text) {
    // by hand: a regular expression is the dearest part of telling who calls
    boolean formed =
        text.length() == DOT + 1 + SECRET_LENGTH
            && text.startsWith(PREFIX)
            && text.charAt(DOT) == '.'
            && isBase64Url(text, PREFIX.length(), DOT)
            && isBase64Url(text, DOT + 1, text.length());
    return formed
        ? Optional.of(new ApiKey(text.substring(PREFIX.length(), DOT), text))
        : Optional.empty();
  }

  private static boolean isBase64Url(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      boolean letterOrDigit = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
      if (!letterOrDigit && c != '-' && c != '_') {
        return false;
      }
    }
    return true;
  }

  /** What is stored of this key. */
  public byte[] hash() {
    return hash(text);
  }

  static byte[] hash(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  public String toString() {
    return PREFIX + id + ".…";
  }

  private static String random(SecureRandom random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
