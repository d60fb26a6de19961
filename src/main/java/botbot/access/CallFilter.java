package botbot.access;

import botbot.access.identity.Caller;
import io.quarkus.security.identity.CurrentIdentityAssociation;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Decides, on the event loop and before any other work is done, on the space a call works in, and
 * whether a client's call may pass.
 */
@Singleton
final class CallFilter {

  private static final String CHECKS = "/v1/rate-checks";
  private static final String DECIDED = CallFilter.class.getName();

  private final CurrentIdentityAssociation current;
  private final SelfProtection protection;
  private final CallerSpace spaces;

  @Inject
  CallFilter(CurrentIdentityAssociation current, SelfProtection protection, CallerSpace spaces) {
    this.current = current;
    this.protection = protection;
    this.spaces = spaces;
  }

  @ServerRequestFilter(nonBlocking = true)
  Uni<Response> admit(RoutingContext context) {
    return current
        .getDeferredIdentity()
        .chain(
            identity ->
                identity.getPrincipal() instanceof Caller caller
                    ? admit(context, caller)
                    : Uni.createFrom().voidItem())
        .replaceWith((Response) null);
  }

  private Uni<Void> admit(RoutingContext context, Caller caller) {
    spaces.decide(context, caller);
    Object decided = context.get(DECIDED);
    if (decided instanceof Throwable refusal) {
      return Uni.createFrom().failure(refusal);
    }
    return caller.client() && decided == null
        ? protection.admit(caller).invoke(fields -> tell(context, fields)).replaceWithVoid()
        : Uni.createFrom().voidItem();
  }

  /** Notes that a call may pass, and has been charged. */
  static void admitted(RoutingContext context, Map<String, String> fields) {
    context.put(DECIDED, true);
    tell(context, fields);
  }

  /** Notes that a call may not pass, so that it is not asked for again. */
  static void refused(RoutingContext context, Throwable refusal) {
    context.put(DECIDED, refusal);
  }

  /** The fields on the answer of a check are those of the check. */
  private static void tell(RoutingContext context, Map<String, String> fields) {
    boolean check =
        context.normalizedPath().startsWith(CHECKS)
            && !context.request().method().equals(HttpMethod.DELETE);
    if (!fields.isEmpty() && !check) {
      context.addHeadersEndHandler(now -> fields.forEach(context.response()::putHeader));
    }
  }
}
