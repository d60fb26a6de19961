package botbot.document;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;
import java.util.regex.Matcher;

/**
 * Regular expressions whose time grows with the length of text and pattern only: RE2, after Cox,
 * "Regular Expression Matching in the Wild". Whatever the patterns, they run until a deadline.
 */
final class LinearPatterns implements RegularExpressionFactory {

  private static final int MAX_LENGTH = 1_000;
  private static final int MAX_PROGRAM = 10_000;

  /** For a group that is repeated: all its counts multiplied, times the length of the pattern. */
  private static final long MAX_UNROLLED = 100_000;

  private static final java.util.regex.Pattern COUNT =
      java.util.regex.Pattern.compile("\\{(\\d+)(?:,(\\d*))?}");

  private final long deadline;

  /** Patterns that run until {@code deadline}, by {@link System#nanoTime}. */
  LinearPatterns(long deadline) {
    this.deadline = deadline;
  }

  /**
   * The pattern.
   *
   * @throws PatternSyntaxException also for one that is too long, or that repeats too much
   */
  static Pattern compile(String regex) {
    if (regex.length() > MAX_LENGTH) {
      throw new PatternSyntaxException("longer than " + MAX_LENGTH + " characters", "");
    }
    // before it is compiled, as a repetition is compiled by writing it out
    if (unrolled(regex) > MAX_UNROLLED) {
      throw new PatternSyntaxException("repeats too much", regex);
    }
    Pattern pattern = Pattern.compile(regex);
    if (pattern.programSize() > MAX_PROGRAM) {
      throw new PatternSyntaxException("repeats too much", regex);
    }
    return pattern;
  }

  /** An upper bound of what nested repetitions make of a pattern; only groups can nest them. */
  private static long unrolled(String regex) {
    if (!regex.contains("){")) {
      return regex.length();
    }
    double product = regex.length();
    Matcher count = COUNT.matcher(regex);
    while (count.find()) {
      String most = count.group(2);
      double least = Double.parseDouble(count.group(1));
      double times = most == null || most.isEmpty() ? least : Double.parseDouble(most);
      product *= Math.max(1, times);
    }
    return (long) product;
  }

  @Override
  public RegularExpression getRegularExpression(String regex) {
    Pattern pattern = compile(regex);
    return text -> pattern.matcher(new TimedText(text, deadline)).find();
  }

  /** A text that cannot be read after a deadline. */
  private record TimedText(String text, long deadline) implements CharSequence {

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if ((index & 0xff) == 0xff && System.nanoTime() - deadline > 0) {
        throw new PatternTooCostly();
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
