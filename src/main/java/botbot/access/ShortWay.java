package botbot.access;

import botbot.access.identity.Caller;
import botbot.access.identity.Credentials;
import botbot.access.identity.Role;
import botbot.access.presented.PresentedKeys;
import botbot.http.condition.Answers;
import botbot.http.problem.ProblemException;
import botbot.space.Space;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.EntityTag;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells requests that may be answered at once, without the detour over the framework's security and
 * filters, from those that must take the ordinary way: there, and only there, is anybody refused.
 */
@Singleton
public final class ShortWay {

  /** After CORS at -300 and what is asked of every request, before security at -200. */
  public static final int ORDER = -250;

  /** The media type of answers, and of most bodies, on the short way. */
  public static final String JSON = "application/json";

  private static final String AS_RESOURCES_DO = JSON + ";charset=UTF-8";

  private static final Future<@Nullable Space> CLOSED = Future.succeededFuture();

  private final PresentedKeys presented;
  private final Credentials credentials;
  private final SelfProtection protection;
  private final SpaceRequests requests;

  @Inject
  ShortWay(
      PresentedKeys presented,
      Credentials credentials,
      SelfProtection protection,
      SpaceRequests requests) {
    this.presented = presented;
    this.credentials = credentials;
    this.protection = protection;
    this.requests = requests;
  }

  /**
   * The space of the request, if its bearer is known, has the role, and may make this call, which
   * is charged to it then, once; null where that is not so or cannot be told at once, and where the
   * ordinary way is to refuse it. Does not fail, and does not block.
   */
  public Future<@Nullable Space> open(RoutingContext context, Role role) {
    HttpServerRequest request = context.request();
    Optional<SecurityIdentity> identity;
    try {
      identity = presented.of(context).flatMap(credentials::atOnce);
    } catch (AuthenticationFailedException | ProblemException refused) {
      return CLOSED;
    }
    if (identity.isEmpty()
        || !identity.get().hasRole(role.toString())
        || !(identity.get().getPrincipal() instanceof Caller caller)) {
      return CLOSED;
    }
    Space space;
    try {
      space = CallerSpace.of(request, caller);
    } catch (ProblemException refused) {
      return CLOSED;
    }
    if (!caller.client() || !protection.concerns(caller)) {
      return Future.<@Nullable Space>succeededFuture(space);
    }
    return UniHelper.toFuture(protection.admit(caller))
        .<@Nullable Space>map(
            fields -> {
              CallFilter.admitted(context, fields);
              return space;
            })
        .otherwise(
            refusal -> {
              CallFilter.refused(context, refusal);
              return null;
            });
  }

  /**
   * Has what was not answered here go on to the ordinary way, and what failed end as a fault there.
   *
   * @param here the event loop's context that the request came on
   */
  static void end(RoutingContext context, Context here, Future<Boolean> answered) {
    answered
        .onSuccess(
            done -> {
              if (!done) {
                here.runOnContext(now -> context.next());
              }
            })
        .onFailure(fault -> here.runOnContext(now -> context.fail(fault)));
  }

  /** Whether nothing of the request's target but its path is to be known, nor of what is there. */
  static boolean isUnconditional(HttpServerRequest request) {
    return request.query() == null
        && !request.headers().contains(HttpHeaders.IF_MATCH)
        && !request.headers().contains(HttpHeaders.IF_NONE_MATCH);
  }

  /** Whether the request plainly accepts JSON. */
  public static boolean takesJson(HttpServerRequest request) {
    String accept = request.getHeader(HttpHeaders.ACCEPT);
    return accept == null || accept.equals(JSON) || accept.endsWith("*/*");
  }

  /** Ends the answer with a resource as it is now, and as resources do. */
  static void answer(HttpServerResponse response, EntityTag tag, Buffer json) {
    Answers.fields(tag, response::putHeader);
    answer(response, json);
  }

  /** Ends the answer as resources do. */
  static void answer(HttpServerResponse response, Buffer json) {
    response.putHeader(HttpHeaders.CONTENT_TYPE, AS_RESOURCES_DO).end(json);
  }

  /** A request was answered in this space, and did not go on to the ordinary way. */
  public void answered(Space space) {
    requests.count(space);
  }
}
