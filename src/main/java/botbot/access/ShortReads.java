package botbot.access;

import botbot.access.ShortBodies.Call;
import botbot.access.identity.Role;
import botbot.cache.Hits.Hit;
import botbot.cache.Hits.Several;
import botbot.http.Ids;
import botbot.http.ValidId;
import botbot.space.Key;
import botbot.space.Space;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The short way to what is cached: a plain GET of what stands in Redis, or in this process, and a
 * plain POST that asks for several of them, is answered on the event loop. All else, refusals
 * included, goes on to the resource as if it had not been here.
 */
@Singleton
public final class ShortReads {

  private static final CharSequence CACHE_STATUS = HttpHeaders.createOptimized("Cache-Status");

  private final ShortWay access;
  private final ShortBodies bodies;

  ShortReads(ShortWay access, ShortBodies bodies) {
    this.access = access;
    this.bodies = bodies;
  }

  /** What there is to be shown of an id, if that can be told without blocking; else null. */
  @FunctionalInterface
  public interface Shown {

    /** Does not fail. */
    Future<@Nullable Hit> of(Key key);
  }

  /** The same of several ids. */
  @FunctionalInterface
  public interface SeveralShown {

    /** Does not fail. */
    Future<@Nullable Several> of(List<Key> keys);
  }

  /** Answers requests of a route for what there is of {@link Ids}. */
  public void answerSeveral(Route route, SeveralShown shown) {
    bodies.answer(
        route,
        ShortBodies.JSON,
        Ids.class,
        ShortWay::isUnconditional,
        Ids::isValid,
        (call, body) ->
            shown
                .of(body.ids().stream().map(call.space()::key).toList())
                .map(several -> answer(call, several)));
  }

  private boolean answer(Call call, @Nullable Several several) {
    if (several == null) {
      return false;
    }
    Buffer json = Buffer.buffer("{\"items\":[");
    String separator = "";
    for (Buffer one : several.json()) {
      json.appendString(separator).appendBuffer(one);
      separator = ",";
    }
    access.answered(call.space());
    HttpServerResponse response = call.context().response();
    response.putHeader(CACHE_STATUS, several.cacheStatus());
    ShortWay.answer(response, json.appendString("]}"));
    return true;
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

  /** Whether all that is to be known of the request is its API key and its path. */
  private static boolean isPlain(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return (length == null || length.equals("0"))
        && ShortWay.isUnconditional(request)
        && ShortWay.takesJson(request)
        && !request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
  }

  private void read(RoutingContext context, String id, Shown shown) {
    Context here = context.vertx().getOrCreateContext();
    Future<Boolean> answered =
        access
            .open(context, Role.FRONTEND)
            .compose(
                space ->
                    space == null
                        ? Future.succeededFuture(false)
                        : shown.of(space.key(id)).map(hit -> answer(context, space, hit)));
    ShortWay.end(context, here, answered);
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
