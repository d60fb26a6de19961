package botbot.document.schema;

import com.networknt.schema.SchemaException;

/**
 * A pattern that is none of ECMA-262, or that cannot be looked for in linear time. The validator
 * passes its own exceptions on as they are.
 */
final class UnusablePattern extends SchemaException {

  private static final long serialVersionUID = 1;

  /** {@code message} goes on after "the pattern …". */
  UnusablePattern(String message) {
    super(message);
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
