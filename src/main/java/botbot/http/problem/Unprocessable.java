package botbot.http.problem;

import java.util.List;

/** 422: the request is well-formed, but what it carries fails the rules set for it. */
public final class Unprocessable extends ProblemException {

  private static final long serialVersionUID = 1;

  /** Names every rule that was broken, by field. */
  public Unprocessable(List<Violation> violations) {
    super(422, "The content breaks the rules set for it: see violations.");
    member("violations", List.copyOf(violations));
  }
}
