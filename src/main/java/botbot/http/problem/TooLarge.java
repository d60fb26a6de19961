package botbot.http.problem;

/** 413: a body, or the document it would make, is longer than {@code botbot.limits.body}. */
public final class TooLarge extends ProblemException {

  private static final long serialVersionUID = 1;

  /** {@code limit} is the most that is taken, in bytes of UTF-8. */
  public TooLarge(long limit) {
    super(413, "More than " + limit + " bytes are not accepted.");
  }
}
