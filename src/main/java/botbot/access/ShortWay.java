package botbot.access;

import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
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

  private final Credentials credentials;
  private final SelfProtection protection;

  @Inject
  ShortWay(Credentials credentials, SelfProtection protection) {
    this.credentials = credentials;
    this.protection = protection;
  }

  /**
   * Whether the request's bearer is known, has the role, and may make this call, which is charged
   * to it then. Does not fail, and does not block.
   */
  public Uni<Boolean> isOpen(HttpServerRequest request, Role role) {
    Optional<String> key = BearerKeys.key(request.getHeader(HttpHeaders.AUTHORIZATION));
    if (key.isEmpty()) {
      return Uni.createFrom().item(false);
    }
    return credentials
        .identify(key.get())
        .chain(identity -> admit(identity, role))
        .onFailure()
        .recoverWithItem(false);
  }

  private Uni<Boolean> admit(Optional<SecurityIdentity> identity, Role role) {
    if (identity.isEmpty() || !identity.get().hasRole(role.toString())) {
      return Uni.createFrom().item(false);
    }
    return identity.get().getPrincipal() instanceof Caller caller && caller.client()
        ? protection.admit(caller).replaceWith(true)
        : Uni.createFrom().item(true);
  }
}
