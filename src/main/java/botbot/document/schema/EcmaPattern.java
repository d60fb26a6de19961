package botbot.document.schema;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Translates a regular expression of ECMA-262 (with the flag {@code u}, as JSON Schema has it) into
 * one of RE2 that finds something in the same texts, and refuses by name what RE2 cannot say. What
 * the two spell alike and mean differently never gets through: everything is written anew. Here are
 * alternatives, groups and repetitions; {@link EcmaCharacters} has what a single character is.
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

  private static final Pattern COUNT = Pattern.compile("(\\d+)(,?)(\\d*)}");
  private static final Pattern GROUP_NAME = Pattern.compile("<([\\p{L}_$][\\p{L}\\p{N}_$]*)>");
  private static final Pattern INLINE_FLAGS = Pattern.compile("[a-zA-Z]*-?[a-zA-Z]*[):]");

  private final EcmaCharacters characters;
  private final int maxSize;
  private final StringBuilder out = new StringBuilder();
  private final Deque<Group> groups = new ArrayDeque<>();
  private final Set<String> names = new HashSet<>();

  /** Where the last atom begins in {@code out}, −1 if there is nothing to repeat; and its size. */
  private int atom = -1;

  private long atomSize;

  /** The size of what has been written of this group, without the last atom. */
  private long size;

  /** A group that is open: where it begins, and the size of what stands before it. */
  private record Group(int start, long sizeBefore) {}

  private EcmaPattern(String regex, int maxSize) {
    this.characters = new EcmaCharacters(regex);
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
    while (characters.hasNext()) {
      int c = characters.next();
      switch (c) {
        case '|' -> {
          endAtom();
          out.append('|');
        }
        case '^' -> assertion("\\A");
        case '$' -> assertion("\\z");
        case '.' -> atom(EcmaCharacters.NO_LINE_END);
        case '(' -> open();
        case ')' -> close();
        case '[' -> atom(characters.characterClass());
        case '*' -> repeat(0, Long.MAX_VALUE);
        case '+' -> repeat(1, Long.MAX_VALUE);
        case '?' -> repeat(0, 1);
        case '{' -> brace();
        case '\\' -> escape();
        default -> atom(EcmaCharacters.literal(c));
      }
    }
    if (!groups.isEmpty()) {
      throw new UnusablePattern("has a group that is not closed");
    }
    return out.toString();
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
    if (characters.skip("?")) {
      MatchResult name = characters.skip(GROUP_NAME);
      if (name != null) {
        if (!names.add(name.group(1))) {
          throw new UnusablePattern("has two groups of one name");
        }
      } else if (!characters.skip(":")) {
        throw new UnusablePattern(unknownGroup());
      }
    }
    endAtom();
    groups.push(new Group(out.length(), size));
    size = 0;
    out.append("(?:");
  }

  private String unknownGroup() {
    if (characters.skip("=")
        || characters.skip("!")
        || characters.skip("<=")
        || characters.skip("<!")) {
      return "has look-around, which does not run in linear time";
    }
    return characters.skip(INLINE_FLAGS) != null
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
    MatchResult count = characters.skip(COUNT);
    if (count != null) {
      long least = count(count.group(1));
      long most =
          count.group(2).isEmpty()
              ? least
              : count.group(3).isEmpty() ? Long.MAX_VALUE : count(count.group(3));
      if (most < least) {
        throw new UnusablePattern("has a range of repetitions that is out of order");
      }
      repeat(least, most);
    } else if (characters.skip(",")) {
      throw new UnusablePattern("has a {,n}, which is not of ECMA-262: write {0,n}");
    } else {
      atom(EcmaCharacters.literal('{'));
    }
  }

  private static long count(String digits) {
    return digits.length() > 9 ? Integer.MAX_VALUE : Long.parseLong(digits);
  }

  private void repeat(long least, long most) {
    if (atom < 0) {
      throw new UnusablePattern("has a quantifier with nothing to repeat");
    }
    characters.skip("?");
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
    if (characters.skip("b")) {
      assertion("\\b");
    } else if (characters.skip("B")) {
      assertion("\\B");
    } else {
      atom(characters.escaped().alone());
    }
  }
}
