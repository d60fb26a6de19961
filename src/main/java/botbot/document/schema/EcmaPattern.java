package botbot.document.schema;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Translates a regular expression of ECMA-262 (with the flag {@code u}, as JSON Schema has it) into
 * one of RE2 that finds something in the same texts, and refuses by name what RE2 cannot say. What
 * the two spell alike and mean differently never gets through: everything is written anew.
 *
 * <pre>
 * pattern     = alternative *( "|" alternative )
 * alternative = *( assertion / atom [ quantifier ] )
 * assertion   = "^" / "$" / "\b" / "\B"
 * quantifier  = ( "*" / "+" / "?" / "{" n "}" / "{" n ",}" / "{" n "," m "}" ) [ "?" ]
 * atom        = "." / char / "\" escape / class
 *             / "(" pattern ")" / "(?:" pattern ")" / "(?&lt;" name "&gt;" pattern ")"
 * class       = "[" [ "^" ] *( item / item "-" item ) "]"
 * item        = char / "\" escape / "\b" / "\-"
 * escape      = "d" / "D" / "w" / "W" / "s" / "S" / "t" / "n" / "v" / "f" / "r" / "0"
 *             / "c" letter / "x" 2hex / "u" 4hex / "u{" 1*hex "}"
 *             / ( "p" / "P" ) "{" property "}" / any other than letter or digit
 * </pre>
 *
 * Beyond the flag {@code u}, a brace or bracket that closes or repeats nothing stands for itself,
 * and so does an escaped punctuation mark, as without the flag. Groups capture nothing, and lazy
 * quantifiers are as good as greedy ones: only whether there is a match is asked.
 */
final class EcmaPattern {

  /** What RE2 repeats at most. */
  private static final int MAX_COUNT = 1_000;

  private static final String ANY = "\\x{0}-\\x{10FFFF}";
  private static final String LINE_ENDS = "\\x{A}\\x{D}\\x{2028}\\x{2029}";

  /** White space and line terminators of ECMA-262; RE2's are ASCII's only. */
  private static final String SPACE =
      "\\x{9}-\\x{D}\\x{20}\\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}"
          + "\\x{205F}\\x{3000}\\x{FEFF}";

  private static final String NO_SPACE =
      "\\x{0}-\\x{8}\\x{E}-\\x{1F}\\x{21}-\\x{9F}\\x{A1}-\\x{167F}\\x{1681}-\\x{1FFF}"
          + "\\x{200B}-\\x{2027}\\x{202A}-\\x{202E}\\x{2030}-\\x{205E}\\x{2060}-\\x{2FFF}"
          + "\\x{3001}-\\x{FEFE}\\x{FF00}-\\x{10FFFF}";

  private static final Pattern COUNT = Pattern.compile("\\{(\\d+)(,?)(\\d*)}");
  private static final Pattern POSIX = Pattern.compile("\\[:\\^?\\w+:]");
  private static final Pattern GROUP_NAME = Pattern.compile("<([\\p{L}_$][\\p{L}\\p{N}_$]*)>");
  private static final Pattern INLINE_FLAGS = Pattern.compile("\\(\\?[a-zA-Z]*-?[a-zA-Z]*[):]");

  private final String regex;
  private final int maxSize;
  private final StringBuilder out = new StringBuilder();
  private final Deque<Group> groups = new ArrayDeque<>();
  private final Set<String> names = new HashSet<>();
  private int at;

  /** Where the last atom begins in {@code out}, −1 if there is nothing to repeat; and its size. */
  private int atom = -1;

  private long atomSize;

  /** The size of what has been written of this group, without the last atom. */
  private long size;

  /** A group that is open: where it begins, and the size of what stands before it. */
  private record Group(int start, long sizeBefore) {}

  private EcmaPattern(String regex, int maxSize) {
    this.regex = regex;
    this.maxSize = maxSize;
  }

  /**
   * The pattern for RE2.
   *
   * @param maxSize how many characters and classes it may have with every repetition written out
   * @throws UnusablePattern for what is none, too large, or cannot be said
   */
  static String toRe2(String regex, int maxSize) {
    return new EcmaPattern(regex, maxSize).translate();
  }

  private String translate() {
    while (at < regex.length()) {
      int c = next();
      switch (c) {
        case '|' -> {
          endAtom();
          out.append('|');
        }
        case '^' -> assertion("\\A");
        case '$' -> assertion("\\z");
        case '.' -> atom("[^" + LINE_ENDS + "]");
        case '(' -> open();
        case ')' -> close();
        case '[' -> characterClass();
        case '*' -> repeat(0, Long.MAX_VALUE);
        case '+' -> repeat(1, Long.MAX_VALUE);
        case '?' -> repeat(0, 1);
        case '{' -> brace();
        case '\\' -> escape();
        default -> atom(literal(c));
      }
    }
    if (!groups.isEmpty()) {
      throw new UnusablePattern("has a group that is not closed");
    }
    return out.toString();
  }

  private int next() {
    int c = regex.codePointAt(at);
    at += Character.charCount(c);
    return c;
  }

  private boolean skip(String text) {
    boolean there = regex.startsWith(text, at);
    at += there ? text.length() : 0;
    return there;
  }

  private void assertion(String re2) {
    endAtom();
    out.append(re2);
  }

  private void atom(String re2) {
    beginAtom(out.length(), 1);
    out.append(re2);
  }

  private void beginAtom(int start, long itsSize) {
    endAtom();
    atom = start;
    atomSize = itsSize;
    checkSize(size + itsSize);
  }

  private void endAtom() {
    if (atom >= 0) {
      size += atomSize;
      atom = -1;
    }
  }

  private void checkSize(long all) {
    if (all > maxSize) {
      throw new UnusablePattern("repeats too much");
    }
  }

  private void open() {
    if (skip("?")) {
      Matcher name = GROUP_NAME.matcher(regex).region(at, regex.length());
      if (name.lookingAt()) {
        if (!names.add(name.group(1))) {
          throw new UnusablePattern("has two groups of one name");
        }
        at = name.end();
      } else if (!skip(":")) {
        throw new UnusablePattern(unknownGroup());
      }
    }
    endAtom();
    groups.push(new Group(out.length(), size));
    size = 0;
    out.append("(?:");
  }

  private String unknownGroup() {
    if (skip("=") || skip("!") || skip("<=") || skip("<!")) {
      return "has look-around, which does not run in linear time";
    }
    Matcher flags = INLINE_FLAGS.matcher(regex).region(at - 2, regex.length());
    return flags.lookingAt()
        ? "has inline flags as (?i), which are not of ECMA-262"
        : "has a group of a kind that is not of ECMA-262";
  }

  private void close() {
    if (groups.isEmpty()) {
      throw new UnusablePattern("closes a group that is not open");
    }
    endAtom();
    Group group = groups.pop();
    out.append(')');
    long inner = size + 1;
    size = group.sizeBefore();
    beginAtom(group.start(), inner);
  }

  private void brace() {
    Matcher count = COUNT.matcher(regex).region(at - 1, regex.length());
    if (count.lookingAt()) {
      at = count.end();
      long least = count(count.group(1));
      long most =
          count.group(2).isEmpty()
              ? least
              : count.group(3).isEmpty() ? Long.MAX_VALUE : count(count.group(3));
      if (most < least) {
        throw new UnusablePattern("has a range of repetitions that is out of order");
      }
      repeat(least, most);
    } else if (regex.startsWith(",", at)) {
      throw new UnusablePattern("has a {,n}, which is not of ECMA-262: write {0,n}");
    } else {
      atom(literal('{'));
    }
  }

  private static long count(String digits) {
    return digits.length() > 9 ? Integer.MAX_VALUE : Long.parseLong(digits);
  }

  private void repeat(long least, long most) {
    if (atom < 0) {
      throw new UnusablePattern("has a quantifier with nothing to repeat");
    }
    skip("?");
    boolean endless = most == Long.MAX_VALUE;
    long copies = Math.max(1, endless ? least : most);
    checkSize(size + copies * atomSize);
    size += copies * atomSize;
    String repeated = "(?:" + out.substring(atom) + ")";
    out.setLength(atom);
    atom = -1;
    if (endless) {
      long last = least % MAX_COUNT;
      times(repeated, least - last, "{", "}");
      out.append(repeated).append('{').append(last).append(",}");
    } else {
      times(repeated, least, "{", "}");
      times(repeated, most - least, "{0,", "}");
    }
  }

  /** So many times, in as many parts as RE2 needs. */
  private void times(String repeated, long count, String before, String after) {
    for (long left = count; left > 0; left -= MAX_COUNT) {
      out.append(repeated).append(before).append(Math.min(left, MAX_COUNT)).append(after);
    }
  }

  private void escape() {
    if (skip("b")) {
      assertion("\\b");
    } else if (skip("B")) {
      assertion("\\B");
    } else {
      Item item = escaped();
      atom(item.single() < 0 ? "[" + item.re2() + "]" : item.re2());
    }
  }

  /** One item of a class: its text within RE2's brackets, and the character, −1 for a set. */
  private record Item(String re2, int single) {

    static Item of(int character) {
      return new Item(literal(character), character);
    }

    static Item set(String re2) {
      return new Item(re2, -1);
    }
  }

  /** What stands behind a backslash. */
  private Item escaped() {
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

  private void characterClass() {
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
      atom(negated ? "[" + ANY + "]" : "[^" + ANY + "]");
    } else {
      atom((negated ? "[^" : "[") + items + "]");
    }
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
  private static String literal(int c) {
    boolean plain = c < 0x80 && Character.isLetterOrDigit(c);
    return plain ? Character.toString(c) : "\\x{" + Integer.toHexString(c) + "}";
  }
}
