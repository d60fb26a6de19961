package botbot.http;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import jakarta.validation.ReportAsSingleViolation;
import jakarta.validation.constraints.Pattern;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A name that an administrator gives: 1 to 128 of {@code A-Z a-z 0-9 . _ : @ -}, but not {@code .}
 * or {@code ..}. {@code null} is valid.
 */
@Documented
@Constraint(validatedBy = {})
@Pattern(regexp = ValidName.REGEX)
@ReportAsSingleViolation
@Retention(RetentionPolicy.RUNTIME)
@Target({
  ElementType.FIELD,
  ElementType.METHOD,
  ElementType.PARAMETER,
  ElementType.RECORD_COMPONENT,
  ElementType.TYPE_USE,
  ElementType.ANNOTATION_TYPE
})
public @interface ValidName {

  /** The rule as a regular expression. */
  String REGEX = "^(?!\\.{1,2}$)[A-Za-z0-9._:@-]{1,128}$";

  /** What a name must be, in words. */
  String RULE = "1 to 128 of A-Z a-z 0-9 . _ : @ -, and not . or ..";

  /** The rule, for who has no validator at hand. */
  final class Validator {
    private static final java.util.regex.Pattern NAME = java.util.regex.Pattern.compile(REGEX);

    private Validator() {}

    /** Whether {@code text} is a name. */
    public static boolean isName(String text) {
      return NAME.matcher(text).matches();
    }
  }

  /** What names may begin with: anything, too. */
  String PREFIX = "^[A-Za-z0-9._:@-]{0,128}$";

  /** What the caller is told. */
  String message() default "must be " + RULE;

  /** Validation groups, as Bean Validation asks. */
  Class<?>[] groups() default {};

  /** Payload, as Bean Validation asks. */
  Class<? extends Payload>[] payload() default {};
}
