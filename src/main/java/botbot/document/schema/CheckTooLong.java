package botbot.document.schema;

import com.networknt.schema.SchemaException;

/** The time of a check is over. The validator passes its own exceptions on as they are. */
final class CheckTooLong extends SchemaException {

  private static final long serialVersionUID = 1;

  CheckTooLong() {
    super("the check takes too long");
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
