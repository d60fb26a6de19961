package botbot.http.problem;

/** 404: what the path names is not there. */
public final class Missing extends ProblemException {

  private static final long serialVersionUID = 1;

  /** {@code detail} says what is missing, such as {@code There is no session "a".} */
  public Missing(String detail) {
    super(404, detail);
  }
}
