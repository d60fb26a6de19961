package botbot.http.problem;

import java.util.List;

/** 400: the request breaks the contract; each violation names the field that is to blame. */
public final class BadInput extends ProblemException {

  private static final long serialVersionUID = 1;

  /** How many violations are named at most. */
  private static final int MOST = 100;

  /** Something is wrong with one field, parameter or header. */
  public BadInput(String field, String message) {
    this(List.of(new Violation(field, message)));
  }

  /** Several things are wrong; an empty list where no field is to blame is not useful, give one. */
  public BadInput(List<Violation> violations) {
    super(400, "The request is not valid: see violations.");
    member("violations", violations.stream().limit(MOST).toList());
  }

  /** A document to be stored is nested deeper than {@code most}, or would be. */
  public static BadInput tooDeep(String field, int most) {
    return new BadInput(field, "is nested deeper than " + most);
  }

  private BadInput(String detail) {
    super(400, detail);
  }

  /** The body as a whole cannot be read, so that no field is to blame. */
  public static BadInput unreadable(String detail) {
    return new BadInput(detail);
  }
}
