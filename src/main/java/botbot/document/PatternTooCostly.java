package botbot.document;

/** A pattern of a schema was still looking when the time of the check was over. */
final class PatternTooCostly extends RuntimeException {

  private static final long serialVersionUID = 1;

  PatternTooCostly() {
    super("a pattern took too long", null, false, false);
  }
}
