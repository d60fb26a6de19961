package botbot.access;

import io.quarkus.security.identity.CurrentIdentityAssociation;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Asks, on the event loop and before any other work is done, whether a client's call may pass. */
@Singleton
final class CallFilter {

  private final CurrentIdentityAssociation current;
  private final SelfProtection protection;

  @Inject
  CallFilter(CurrentIdentityAssociation current, SelfProtection protection) {
    this.current = current;
    this.protection = protection;
  }

  @ServerRequestFilter(nonBlocking = true)
  Uni<Response> admit() {
    return current
        .getDeferredIdentity()
        .chain(
            identity ->
                identity.getPrincipal() instanceof Caller caller && caller.client()
                    ? protection.admit(caller)
                    : Uni.createFrom().voidItem())
        .replaceWith((Response) null);
  }
}
