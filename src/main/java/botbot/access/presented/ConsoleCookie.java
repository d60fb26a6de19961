package botbot.access.presented;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the cookie of a browser holds: the key, and when it was presented. It carries the key, and
 * not the name of a session that some server would have to know, so that it works on every
 * instance, after each restart and while PostgreSQL is away, and ends with the key. No script can
 * read it, and a browser sends it to this host alone, over TLS (RFC 6265bis, section 4.1.3.2).
 *
 * <p>The time is not signed: who could forge it has the key, and needs no cookie.
 */
record ConsoleCookie(String key, Instant issuedAt) {

  static final String NAME = "__Host-botbot";

  /** How long a browser need not present the key again. */
  static final Duration LIFE = Duration.ofHours(8);

  /** Without an age: the browser forgets it when it ends. */
  private static final String ATTRIBUTES = "; Path=/; Secure; HttpOnly; SameSite=Strict";

  private static final Pattern VALUE = Pattern.compile("(\\d{1,15})\\.([A-Za-z0-9_-]+)");

  /** The cookie of that value, if it is one. */
  static Optional<ConsoleCookie> parse(String value) {
    Matcher matcher = VALUE.matcher(value);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      byte[] key = Base64.getUrlDecoder().decode(matcher.group(2));
      Instant issuedAt = Instant.ofEpochMilli(Long.parseLong(matcher.group(1)));
      return Optional.of(new ConsoleCookie(new String(key, StandardCharsets.UTF_8), issuedAt));
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  Instant expiresAt() {
    return issuedAt.plus(LIFE);
  }

  /** What {@code Set-Cookie} says to keep it. */
  String kept() {
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    return NAME + "=" + issuedAt.toEpochMilli() + "." + text + ATTRIBUTES;
  }

  /** What {@code Set-Cookie} says to forget it. */
  static String forgotten() {
    return NAME + "=" + ATTRIBUTES + "; Max-Age=0";
  }

  @Override
  public String toString() {
    return NAME;
  }
}
