package botbot.http.patch;

/**
 * The value of a JSON number, whatever it is written like: two are equal if their values are. It is
 * read in a time that grows with the length of the text only.
 *
 * @param digits without zeros at either end; empty for zero
 * @param exponent the power of ten that the digits are multiplied by
 */
public record DecimalValue(boolean negative, String digits, long exponent) {

  private static final DecimalValue ZERO = new DecimalValue(false, "", 0);

  /** The value of a number of JSON whose exponent fits into an {@code int}. */
  public static DecimalValue of(String number) {
    int e = Math.max(number.indexOf('e'), number.indexOf('E'));
    int end = e < 0 ? number.length() : e;
    long exponent = e < 0 ? 0 : Long.parseLong(number, e + 1, number.length(), 10);
    boolean negative = number.charAt(0) == '-';
    int point = number.indexOf('.');
    StringBuilder digits = new StringBuilder(end);
    digits.append(number, negative ? 1 : 0, point < 0 ? end : point);
    if (point >= 0) {
      digits.append(number, point + 1, end);
      exponent -= end - point - 1;
    }
    int from = 0;
    while (from < digits.length() && digits.charAt(from) == '0') {
      from++;
    }
    int to = digits.length();
    while (to > from && digits.charAt(to - 1) == '0') {
      to--;
      exponent++;
    }
    return from == to ? ZERO : new DecimalValue(negative, digits.substring(from, to), exponent);
  }
}
