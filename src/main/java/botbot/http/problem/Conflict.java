package botbot.http.problem;

/** 409: what the caller would create is there already. */
public final class Conflict extends ProblemException {

  private static final long serialVersionUID = 1;

  /** {@code detail} says what is in the way. */
  public Conflict(String detail) {
    super(409, detail);
  }
}
