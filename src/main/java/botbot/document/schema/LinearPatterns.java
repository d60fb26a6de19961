package botbot.document.schema;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;
import java.util.HashMap;
import java.util.Map;

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

  private final CheckTime time;
  private final Map<String, Pattern> compiled = new HashMap<>();
  private long programs;

  LinearPatterns(CheckTime time) {
    this.time = time;
  }

  /**
   * The pattern.
   *
   * @throws UnusablePattern also for one that is too long, or that repeats too much
   */
  Pattern compile(String regex) {
    time.check();
    Pattern known = compiled.get(regex);
    if (known != null) {
      return known;
    }
    Pattern pattern = compileNew(regex);
    programs += pattern.programSize();
    if (programs > MAX_PROGRAMS) {
      throw new UnusablePattern("repeats too much, together with the other patterns");
    }
    compiled.put(regex, pattern);
    return pattern;
  }

  private static Pattern compileNew(String regex) {
    if (regex.length() > MAX_LENGTH) {
      throw new UnusablePattern("is longer than " + MAX_LENGTH + " characters");
    }
    try {
      Pattern pattern = Pattern.compile(EcmaPattern.toRe2(regex, MAX_PROGRAM));
      if (pattern.programSize() <= MAX_PROGRAM) {
        return pattern;
      }
    } catch (PatternSyntaxException tooManyRepetitions) {
      // what is translated has no other fault
    }
    throw new UnusablePattern("repeats too much");
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
