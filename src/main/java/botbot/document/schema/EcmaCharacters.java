package botbot.document.schema;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The characters of a regular expression of ECMA-262, read from left to right: what stands for one
 * character or a set of them, as a class or an escape, becomes what RE2 writes for it.
 */
final class EcmaCharacters {

  private static final String ANY = "\\x{0}-\\x{10FFFF}";

  /** What a dot stands for. */
  static final String NO_LINE_END = "[^\\x{A}\\x{D}\\x{2028}\\x{2029}]";

  /** White space and line terminators of ECMA-262; RE2's are ASCII's only. */
  private static final String SPACE =
      "\\x{9}-\\x{D}\\x{20}\\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}"
          + "\\x{205F}\\x{3000}\\x{FEFF}";

  private static final String NO_SPACE =
      "\\x{0}-\\x{8}\\x{E}-\\x{1F}\\x{21}-\\x{9F}\\x{A1}-\\x{167F}\\x{1681}-\\x{1FFF}"
          + "\\x{200B}-\\x{2027}\\x{202A}-\\x{202E}\\x{2030}-\\x{205E}\\x{2060}-\\x{2FFF}"
          + "\\x{3001}-\\x{FEFE}\\x{FF00}-\\x{10FFFF}";

  private static final Pattern POSIX = Pattern.compile("\\[:\\^?\\w+:]");

  private final String regex;
  private int at;

  EcmaCharacters(String regex) {
    this.regex = regex;
  }

  boolean hasNext() {
    return at < regex.length();
  }

  int next() {
    int c = regex.codePointAt(at);
    at += Character.charCount(c);
    return c;
  }

  /** Whether that comes next; it then has been read. */
  boolean skip(String text) {
    boolean there = regex.startsWith(text, at);
    at += there ? text.length() : 0;
    return there;
  }

  /** What comes next, if it is of that form, and then has been read; else null. */
  @Nullable MatchResult skip(Pattern form) {
    Matcher matcher = form.matcher(regex).region(at, regex.length());
    if (!matcher.lookingAt()) {
      return null;
    }
    at = matcher.end();
    return matcher;
  }

  /** One item of a class: its text within RE2's brackets, and the character, −1 for a set. */
  record Item(String re2, int single) {

    static Item of(int character) {
      return new Item(literal(character), character);
    }

    static Item set(String re2) {
      return new Item(re2, -1);
    }

    /** Its text where it stands in no class. */
    String alone() {
      return single < 0 ? "[" + re2 + "]" : re2;
    }
  }

  /** What stands behind a backslash. */
  Item escaped() {
    if (at == regex.length()) {
      throw new UnusablePattern("ends with a backslash");
    }
    int c = next();
    return switch (c) {
      case 'd', 'D', 'w', 'W' -> Item.set("\\" + (char) c);
      case 's' -> Item.set(SPACE);
      case 'S' -> Item.set(NO_SPACE);
      case 't' -> Item.of('\t');
      case 'n' -> Item.of('\n');
      case 'v' -> Item.of(0x0B);
      case 'f' -> Item.of('\f');
      case 'r' -> Item.of('\r');
      case 'c' -> Item.of(control());
      case 'x' -> Item.of(hex(2));
      case 'u' -> Item.of(unicode());
      case 'p', 'P' -> Item.set(property(c == 'P'));
      case '0' -> Item.of(zero());
      case '1', '2', '3', '4', '5', '6', '7', '8', '9', 'k' ->
          throw new UnusablePattern("has a back reference, which does not run in linear time");
      default -> {
        if (Character.isLetterOrDigit(c)) {
          throw new UnusablePattern(
              "has a \\" + Character.toString(c) + ", which is not of ECMA-262");
        }
        yield Item.of(c);
      }
    };
  }

  private int zero() {
    if (at < regex.length() && Character.digit(regex.charAt(at), 10) >= 0) {
      throw new UnusablePattern("has an octal escape, which is not of ECMA-262");
    }
    return 0;
  }

  private int control() {
    int c = at < regex.length() ? next() : -1;
    if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z')) {
      throw new UnusablePattern("has a \\c that no letter follows");
    }
    return c % 32;
  }

  private int unicode() {
    if (skip("{")) {
      int end = regex.indexOf('}', at);
      int length = end - at;
      int point = end < 0 || length < 1 || length > 6 ? Integer.MAX_VALUE : hex(length);
      if (point > Character.MAX_CODE_POINT) {
        throw new UnusablePattern("has a \\u{…} that is no code point");
      }
      at++;
      return noSurrogate(point);
    }
    int unit = hex(4);
    if (Character.isHighSurrogate((char) unit) && skip("\\u")) {
      int low = hex(4);
      if (Character.isLowSurrogate((char) low)) {
        return Character.toCodePoint((char) unit, (char) low);
      }
    }
    return noSurrogate(unit);
  }

  private static int noSurrogate(int point) {
    if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
      throw new UnusablePattern("has half of a surrogate pair, which no text has");
    }
    return point;
  }

  private int hex(int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++, at++) {
      int digit = at < regex.length() ? Character.digit(regex.charAt(at), 16) : -1;
      if (digit < 0 || regex.charAt(at) > 'f') {
        throw new UnusablePattern("has a hexadecimal escape of too few digits");
      }
      value = value * 16 + digit;
    }
    return value;
  }

  private String property(boolean negated) {
    int end = skip("{") ? regex.indexOf('}', at) : -1;
    if (end < 0) {
      throw new UnusablePattern("has a \\p without braces, which is not of ECMA-262");
    }
    String name = regex.substring(at, end);
    at = end + 1;
    return UnicodeProperty.toRe2(name, negated);
  }

  /** What stands behind an opening bracket. */
  String characterClass() {
    boolean negated = skip("^");
    StringBuilder items = new StringBuilder();
    while (!skip("]")) {
      if (at == regex.length()) {
        throw new UnusablePattern("has a class that is not closed");
      }
      Item from = item();
      boolean range = regex.startsWith("-", at) && !regex.startsWith("-]", at);
      if (!range || from.single() < 0) {
        items.append(from.re2());
        continue;
      }
      at++;
      if (at == regex.length()) {
        throw new UnusablePattern("has a class that is not closed");
      }
      Item to = item();
      if (to.single() < 0) {
        items.append(from.re2()).append(literal('-')).append(to.re2());
      } else if (to.single() < from.single()) {
        throw new UnusablePattern("has a range of characters that is out of order");
      } else {
        items.append(from.re2()).append('-').append(to.re2());
      }
    }
    if (items.isEmpty()) {
      // in ECMA-262 nothing, and everything
      return negated ? "[" + ANY + "]" : "[^" + ANY + "]";
    }
    return (negated ? "[^" : "[") + items + "]";
  }

  private Item item() {
    if (POSIX.matcher(regex).region(at, regex.length()).lookingAt()) {
      throw new UnusablePattern("has a class as [:alpha:], which is not of ECMA-262");
    }
    int c = next();
    if (c != '\\') {
      return Item.of(c);
    }
    return skip("b") ? Item.of('\b') : escaped();
  }

  /** A character that stands for itself, within a class and without. */
  static String literal(int c) {
    boolean plain = c < 0x80 && Character.isLetterOrDigit(c);
    return plain ? Character.toString(c) : "\\x{" + Integer.toHexString(c) + "}";
  }
}
