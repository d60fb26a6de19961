package botbot.document;

/** The schema in force is not the one that content was checked against. */
final class SchemaReplaced extends RuntimeException {

  private static final long serialVersionUID = 1;

  SchemaReplaced() {
    super("the schema was replaced meanwhile", null, false, false);
  }
}
