package botbot.redis.protocol;

/** The Redis that answers is no primary. */
public final class NotPrimary extends IllegalStateException {

  private static final long serialVersionUID = 1;

  NotPrimary(String role) {
    super("not a primary, its role is '" + role + "'");
  }
}
