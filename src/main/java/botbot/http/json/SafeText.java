package botbot.http.json;

import org.jspecify.annotations.Nullable;

/**
 * Tells text that every part of the service can store from text that PostgreSQL or UTF-8 cannot.
 */
final class SafeText {

  private SafeText() {}

  /** What is wrong with {@code text}; {@code null} for nothing. */
  static @Nullable String fault(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        return "must not contain U+0000";
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return "must not contain a lone surrogate";
      }
    }
    return null;
  }
}
