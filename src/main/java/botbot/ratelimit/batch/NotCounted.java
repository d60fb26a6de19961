package botbot.ratelimit.batch;

/** Redis has not counted an entry, or nobody knows whether it has: count locally. */
final class NotCounted extends RuntimeException {

  private static final long serialVersionUID = 1;

  NotCounted(String cause) {
    // no stack trace: in an outage this is made for every check
    super(cause, null, false, false);
  }
}
