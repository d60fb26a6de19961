package botbot.http.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.node.NumericNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** A JSON number as it was written; it is computed with only when somebody asks for its value. */
final class ExactNumber extends NumericNode {

  private static final long serialVersionUID = 1;

  /** The greatest exponent of a number that is taken: beyond, computing with it is costly. */
  static final int MAX_EXPONENT = 10_000;

  private final String text;

  ExactNumber(String text) {
    this.text = text;
  }

  /** The exponent that a number is written with, without its sign; many digits are just many. */
  static long exponentOf(String number) {
    int e = Math.max(number.indexOf('e'), number.indexOf('E'));
    long exponent = 0;
    for (int i = e + 1; e >= 0 && i < number.length() && exponent <= MAX_EXPONENT; i++) {
      char c = number.charAt(i);
      exponent = c == '+' || c == '-' ? 0 : exponent * 10 + (c - '0');
    }
    return exponent;
  }

  @Override
  public JsonToken asToken() {
    return text.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'))
        ? JsonToken.VALUE_NUMBER_INT
        : JsonToken.VALUE_NUMBER_FLOAT;
  }

  @Override
  public JsonParser.NumberType numberType() {
    return asToken() == JsonToken.VALUE_NUMBER_INT
        ? JsonParser.NumberType.BIG_INTEGER
        : JsonParser.NumberType.BIG_DECIMAL;
  }

  @Override
  public BigDecimal decimalValue() {
    return new BigDecimal(text);
  }

  @Override
  public BigInteger bigIntegerValue() {
    return decimalValue().toBigInteger();
  }

  @Override
  public Number numberValue() {
    return decimalValue();
  }

  @Override
  public int intValue() {
    return decimalValue().intValue();
  }

  @Override
  public long longValue() {
    return decimalValue().longValue();
  }

  @Override
  public double doubleValue() {
    return Double.parseDouble(text);
  }

  @Override
  public boolean canConvertToInt() {
    return Math.abs(doubleValue()) <= Integer.MAX_VALUE;
  }

  @Override
  public boolean canConvertToLong() {
    return Math.abs(doubleValue()) < Long.MAX_VALUE;
  }

  @Override
  public String asText() {
    return text;
  }

  @Override
  public void serialize(JsonGenerator generator, SerializerProvider provider) throws IOException {
    generator.writeNumber(text);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ExactNumber number && number.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }
}
