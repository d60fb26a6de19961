package botbot.access;

import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Tells requests that may be answered at once, without the detour over the framework's security and
 * filters, from those that must take the ordinary way: there, and only there, is anybody refused.
 */
@Singleton
public final class ShortWay {

  private static final Future<Boolean> OPEN = Future.succeededFuture(true);
  private static final Future<Boolean> CLOSED = Future.succeededFuture(false);

  private final Credentials credentials;
  private final SelfProtection protection;

  @Inject
  ShortWay(Credentials credentials, SelfProtection protection) {
    this.credentials = credentials;
    this.protection = protection;
  }

  /**
   * Whether the request's bearer is known, has the role, and may make this call, which is charged
   * to it then; that is not so where it cannot be told at once. Does not fail, and does not block.
   */
  public Future<Boolean> isOpen(HttpServerRequest request, Role role) {
    Optional<SecurityIdentity> identity =
        BearerKeys.key(request.getHeader(HttpHeaders.AUTHORIZATION)).flatMap(credentials::atOnce);
    if (identity.isEmpty() || !identity.get().hasRole(role.toString())) {
      return CLOSED;
    }
    return identity.get().getPrincipal() instanceof Caller caller
            && caller.client()
            && protection.concerns(caller)
        ? UniHelper.toFuture(protection.admit(caller).replaceWith(true)).otherwise(false)
        : OPEN;
  }
}
