package botbot.http.json;

import botbot.http.problem.BadInput;
import botbot.http.problem.ProblemException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says in the caller's words what the JSON parser found, whose own messages name classes. */
public final class JsonFaults {

  private JsonFaults() {}

  public static ProblemException explain(JsonProcessingException fault) {
    for (Throwable at = fault; at != null; at = at.getCause()) {
      if (at instanceof ProblemException problem) {
        return problem;
      }
      if (at instanceof StreamReadException parser && !(at instanceof InputCoercionException)) {
        return malformed(parser);
      }
      if (at instanceof StreamConstraintsException) {
        return BadInput.unreadable("The body is nested deeper than " + Limits.DEPTH + ".");
      }
    }
    return switch (fault) {
      case UnrecognizedPropertyException unknown ->
          new BadInput(FieldPath.of(unknown.getPath()), "is not known here");
      case MismatchedInputException wrong -> mismatch(wrong);
      case JsonMappingException other when !other.getPath().isEmpty() ->
          new BadInput(FieldPath.of(other.getPath()), "is not valid");
      default -> malformed(fault);
    };
  }

  private static BadInput mismatch(MismatchedInputException fault) {
    String message = fault.getMessage();
    if (fault.getPath().isEmpty() && message != null && message.startsWith("Trailing token")) {
      return BadInput.unreadable("The body goes on after the end of its JSON value.");
    }
    return new BadInput(
        FieldPath.of(fault.getPath()), "must be " + expected(fault.getTargetType()));
  }

  private static String expected(@Nullable Class<?> type) {
    if (type == null) {
      return "of another type";
    }
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(constant -> ExactJson.tree(constant).asText())
          .collect(Collectors.joining(", ", "one of ", ""));
    }
    if (type == String.class) {
      return "a string";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
      return "a whole number in range";
    }
    if (Number.class.isAssignableFrom(type)) {
      return "a number";
    }
    if (Collection.class.isAssignableFrom(type) || type.isArray()) {
      return "an array";
    }
    return Map.class.isAssignableFrom(type) || type.isRecord() ? "an object" : "of another type";
  }

  private static BadInput malformed(JsonProcessingException fault) {
    if (fault.getProcessor() instanceof JsonParser parser
        && fault.getOriginalMessage().startsWith("Duplicate field")) {
      return new BadInput(FieldPath.of(parser.getParsingContext()), "is there twice");
    }
    JsonLocation at = fault.getLocation();
    return BadInput.unreadable(
        at == null
            ? "The body is not valid JSON."
            : "The body is not valid JSON: see line %d, column %d."
                .formatted(at.getLineNr(), at.getColumnNr()));
  }
}
