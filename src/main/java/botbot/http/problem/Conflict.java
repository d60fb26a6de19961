package botbot.http.problem;

/** 409: something that is there stands in the way. */
public final class Conflict extends ProblemException {

  private static final long serialVersionUID = 1;

  /** {@code detail} says what is in the way. */
  public Conflict(String detail) {
    super(409, detail);
  }
}
