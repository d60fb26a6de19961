package botbot.http.problem;

import jakarta.ws.rs.core.Response.Status;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A refusal, in the words of RFC 9457. It is turned into {@code application/problem+json} in one
 * place; whoever throws it says what happened, not how it is rendered.
 */
public class ProblemException extends RuntimeException {

  /** The problem type of everything that its status alone explains (RFC 9457, section 4.2.1). */
  public static final String BLANK = "about:blank";

  private static final long serialVersionUID = 1;

  private final int status;
  private final String type;
  private final String title;
  private final transient Map<String, Object> members = new LinkedHashMap<>();
  private final transient Map<String, String> headers = new LinkedHashMap<>();

  /** A problem that its status explains; {@code detail} is shown to the caller. */
  public ProblemException(int status, String detail) {
    this(status, BLANK, titleOf(status), detail);
  }

  /** A problem of a {@code type} of its own; {@code detail} is shown to the caller. */
  public ProblemException(int status, String type, String title, String detail) {
    // no stack trace: a refusal is an answer, not a fault
    super(detail, null, false, false);
    this.status = status;
    this.type = type;
    this.title = title;
  }

  /** Adds an extension member beside the standard ones. */
  public final ProblemException member(String name, Object value) {
    members.put(name, value);
    return this;
  }

  /** Adds a header to the answer. */
  public final ProblemException header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  /** The HTTP status, 400 to 599. */
  public final int status() {
    return status;
  }

  /** A URI which names the kind of problem. */
  public final String type() {
    return type;
  }

  /** The kind of problem in a few words, the same for each occurrence. */
  public final String title() {
    return title;
  }

  /** What went wrong this time. */
  public final String detail() {
    return String.valueOf(getMessage());
  }

  /** Extension members, in the order of their adding. */
  public final Map<String, Object> members() {
    return members;
  }

  /** Headers of the answer. */
  public final Map<String, String> headers() {
    return headers;
  }

  public static String titleOf(int status) {
    Status known = Status.fromStatusCode(status);
    return switch (status) {
      // as RFC 9110 names them
      case 413 -> "Content Too Large";
      case 422 -> "Unprocessable Content";
      default -> known == null ? "Error" : known.getReasonPhrase();
    };
  }
}
