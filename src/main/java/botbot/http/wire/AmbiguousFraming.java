package botbot.http.wire;

/** A request that two readers may take for different requests. */
final class AmbiguousFraming extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final String detail;

  AmbiguousFraming(String detail) {
    super(detail, null, false, false);
    this.detail = detail;
  }

  /** In words for the caller. */
  String detail() {
    return detail;
  }
}
