package botbot.http;

import botbot.http.problem.BadInput;
import botbot.http.problem.ProblemException;
import botbot.http.problem.Violation;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import java.util.Comparator;
import java.util.List;

/** Says which field of a request breaks a constraint, in the caller's terms. */
final class ViolationPaths {

  private ViolationPaths() {}

  static ProblemException explain(ConstraintViolationException fault) {
    List<Violation> violations =
        fault.getConstraintViolations().stream()
            .map(ViolationPaths::violation)
            .sorted(Comparator.comparing(Violation::field).thenComparing(Violation::message))
            .toList();
    return new BadInput(violations);
  }

  private static Violation violation(ConstraintViolation<?> broken) {
    return new Violation(field(broken.getPropertyPath()), broken.getMessage());
  }

  /**
   * {@code create.body.ids[3].<list element>} is {@code ids[3]}; {@code create.limit} is {@code
   * limit}.
   */
  private static String field(Path path) {
    StringBuilder field = new StringBuilder();
    String parameter = "";
    for (Path.Node node : path) {
      if (node.getKind() == ElementKind.PARAMETER) {
        parameter = node.getName();
      }
      if (node.getIndex() != null) {
        field.append('[').append(node.getIndex()).append(']');
      }
      if (node.getKind() == ElementKind.PROPERTY) {
        field.append(field.isEmpty() ? "" : ".").append(node.getName());
      }
    }
    return field.isEmpty() ? parameter : field.toString();
  }
}
