package botbot.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.validation.Validation;
import jakarta.validation.Validator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValidNameTest {

  private static final Validator VALIDATOR =
      Validation.buildDefaultValidatorFactory().getValidator();

  record Named(@ValidName @Nullable String name) {}

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"a", "A-Z_0.9:x@y", "-", "0"})
  void namesPass(String name) {
    assertEquals(0, VALIDATOR.validate(new Named(name)).size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a/b", "ü", "a\n", "a\0", "a%20"})
  void othersAreOneViolation(String name) {
    assertEquals(1, VALIDATOR.validate(new Named(name)).size());
  }

  @Test
  void theLongestNameHas128Characters() {
    assertEquals(0, VALIDATOR.validate(new Named("x".repeat(128))).size());
    assertEquals(1, VALIDATOR.validate(new Named("x".repeat(129))).size());
  }
}
