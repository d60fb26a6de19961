package botbot.document;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;

/**
 * The regular expressions of one check. Their time grows with the length of text and pattern only:
 * RE2, after Cox, "Regular Expression Matching in the Wild". Whatever they are, they end with the
 * time of the check.
 */
final class LinearPatterns implements RegularExpressionFactory {

  private static final int MAX_LENGTH = 1_000;
  private static final int MAX_PROGRAM = 10_000;

  /** Of all patterns together; an instruction takes some tens of bytes. */
  private static final int MAX_PROGRAMS = 200_000;

  /** For a group that is repeated: all its counts multiplied, times the length of the pattern. */
  private static final long MAX_UNROLLED = 100_000;

  private static final java.util.regex.Pattern COUNT =
      java.util.regex.Pattern.compile("\\{(\\d+)(?:,(\\d*))?}");

  private final CheckTime time;
  private final Map<String, Pattern> compiled = new HashMap<>();
  private long programs;

  LinearPatterns(CheckTime time) {
    this.time = time;
  }

  /**
   * The pattern.
   *
   * @throws PatternSyntaxException also for one that is too long, or that repeats too much
   */
  Pattern compile(String regex) {
    time.check();
    Pattern known = compiled.get(regex);
    if (known != null) {
      return known;
    }
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
    programs += pattern.programSize();
    if (programs > MAX_PROGRAMS) {
      throw new PatternSyntaxException("too much beside the other patterns", regex);
    }
    compiled.put(regex, pattern);
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
    return text -> pattern.matcher(new TimedText(text, time)).find();
  }

  /** A text that cannot be read when the time is over. */
  private record TimedText(String text, CheckTime time) implements CharSequence {

    private static final int STEPS = 0x3f;

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if ((index & STEPS) == 0) {
        time.check();
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
