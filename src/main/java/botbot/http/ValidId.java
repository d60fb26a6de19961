package botbot.http;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jspecify.annotations.Nullable;

/**
 * An id as bot platforms and programs have them: 1 to 512 bytes of UTF-8 without control
 * characters, surrogates and noncharacters at the end of a plane, not {@code .} or {@code ..}, and
 * without white space at either end. It is never normalised. {@code null} is valid.
 */
@Documented
@Constraint(validatedBy = ValidId.Validator.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({
  ElementType.FIELD,
  ElementType.METHOD,
  ElementType.PARAMETER,
  ElementType.RECORD_COMPONENT,
  ElementType.TYPE_USE,
  ElementType.ANNOTATION_TYPE
})
public @interface ValidId {
  /** The most bytes of UTF-8 that an id has. */
  int MAX_BYTES = 512;

  /** What the caller is told. */
  String MESSAGE =
      "must be 1 to 512 bytes of UTF-8 without control characters,"
          + " not . or .., and without white space at either end";

  /** What the caller is told. */
  String message() default MESSAGE;

  /** Validation groups, as Bean Validation asks. */
  Class<?>[] groups() default {};

  /** Payload, as Bean Validation asks. */
  Class<? extends Payload>[] payload() default {};

  /** The rule. */
  final class Validator implements ConstraintValidator<ValidId, String> {
    private static final int LAST_OF_PLANE = 0xFFFE;

    @Override
    public boolean isValid(@Nullable String id, ConstraintValidatorContext context) {
      return id == null || isId(id);
    }

    /** Whether {@code text} is an id. */
    public static boolean isId(String text) {
      if (text.isEmpty() || text.equals(".") || text.equals("..")) {
        return false;
      }
      int bytes = 0;
      for (int at = 0; at < text.length(); ) {
        int c = text.codePointAt(at);
        int type = Character.getType(c);
        if (type == Character.CONTROL
            || type == Character.SURROGATE
            || (c & LAST_OF_PLANE) == LAST_OF_PLANE) {
          return false;
        }
        bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
        at += Character.charCount(c);
      }
      return bytes <= MAX_BYTES
          && !isSpace(text.codePointAt(0))
          && !isSpace(text.codePointBefore(text.length()));
    }

    private static boolean isSpace(int c) {
      return Character.isSpaceChar(c) || Character.isWhitespace(c);
    }
  }
}
