package botbot.access;

import botbot.access.identity.Role;
import botbot.cache.Hits.Hit;
import botbot.http.ValidId;
import botbot.space.Key;
import botbot.space.Space;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * The short way to what is cached: a plain GET of what stands in Redis, or in this process, is
 * answered on the event loop. All else, refusals included, goes on to the resource as if it had not
 * been here.
 */
@Singleton
public final class ShortReads {

  private static final CharSequence CACHE_STATUS = HttpHeaders.createOptimized("Cache-Status");

  private final ShortWay access;

  ShortReads(ShortWay access) {
    this.access = access;
  }

  /** What there is to be shown of an id, if that can be told without blocking; else null. */
  @FunctionalInterface
  public interface Shown {

    /** Does not fail. */
    Future<@Nullable Hit> of(Key key);
  }

  /**
   * Answers GETs of a path.
   *
   * @param parameter the one of the path, which is the id
   */
  public void answer(Router router, String path, String parameter, Shown shown) {
    router
        .get(path)
        .order(ShortWay.ORDER)
        .handler(
            context -> {
              String id = context.pathParam(parameter);
              if (id != null && isPlain(context.request()) && ValidId.Validator.isId(id)) {
                read(context, id, shown);
              } else {
                context.next();
              }
            });
  }

  /** Whether all that is to be known of the request is its key and its path. */
  private static boolean isPlain(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return request.query() == null
        && (length == null || length.equals("0"))
        && ShortWay.takesJson(request)
        && !request.headers().contains(HttpHeaders.IF_MATCH)
        && !request.headers().contains(HttpHeaders.IF_NONE_MATCH)
        && !request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
  }

  private void read(RoutingContext context, String id, Shown shown) {
    Context here = context.vertx().getOrCreateContext();
    access
        .open(context, Role.FRONTEND)
        .compose(
            space ->
                space == null
                    ? Future.succeededFuture(false)
                    : shown.of(space.key(id)).map(hit -> answer(context, space, hit)))
        .onSuccess(
            answered -> {
              if (!answered) {
                here.runOnContext(now -> context.next());
              }
            })
        .onFailure(fault -> here.runOnContext(now -> context.fail(fault)));
  }

  private boolean answer(RoutingContext context, Space space, @Nullable Hit hit) {
    if (hit == null) {
      return false;
    }
    access.answered(space);
    HttpServerResponse response = context.response();
    response.putHeader(CACHE_STATUS, hit.cacheStatus());
    context.request().resume();
    ShortWay.answer(response, hit.tag(), hit.json());
    return true;
  }
}
