package botbot.http.wire;

/** A request that two readers may take for different requests; its message is for the caller. */
final class AmbiguousFraming extends RuntimeException {

  private static final long serialVersionUID = 1;

  AmbiguousFraming(String detail) {
    super(detail, null, false, false);
  }
}
