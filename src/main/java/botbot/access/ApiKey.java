package botbot.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key as a client holds it: {@code bb_<id>.<secret>}. The id finds the stored hash and is no
 * secret; the hash is a plain SHA-256, since slow hashes protect what people choose, not 256 random
 * bits.
 */
record ApiKey(String id, String text) {

  private static final Pattern FORM =
      Pattern.compile("bb_(?<id>[A-Za-z0-9_-]{12})\\.[A-Za-z0-9_-]{43}");

  private static final int ID_BYTES = 9;
  private static final int SECRET_BYTES = 32;

  /** A new key. */
  static ApiKey random() {
    SecureRandom random = new SecureRandom();
    String id = random(random, ID_BYTES);
    return new ApiKey(id, "bb_" + id + "." + random(random, SECRET_BYTES));
  }

  /** The key that {@code text} is, if it has the form of one. */
  static Optional<ApiKey> parse(String text) {
    Matcher form = FORM.matcher(text);
    return form.matches() ? Optional.of(new ApiKey(form.group("id"), text)) : Optional.empty();
  }

  /** What is stored of this key. */
  byte[] hash() {
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
    return "bb_" + id + ".…";
  }

  private static String random(SecureRandom random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
