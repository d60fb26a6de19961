package botbot.access;

import botbot.access.ShortBodies.Call;
import botbot.cache.WriteGroup.Stored;
import botbot.http.ProblemWriter;
import botbot.http.ValidId;
import botbot.http.condition.EntityTags;
import botbot.http.json.Json;
import botbot.http.patch.MergePatch;
import botbot.http.patch.Patch;
import botbot.space.Key;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The short way of writes that depend on no condition: they are answered on the event loop, once
 * they are stored. All else, refusals included, goes on to the resource.
 */
@Singleton
public final class ShortWrites {

  private static final Set<String> PATCHES = Set.of(ShortWay.JSON, MergePatch.MEDIA_TYPE);

  /** To apply a long one takes its time, which an event loop has not. 16 KiB. */
  private static final int LONGEST_PATCH = 16 << 10;

  private final ShortWay access;
  private final ShortBodies bodies;
  private final ProblemWriter problems;

  ShortWrites(ShortWay access, ShortBodies bodies, ProblemWriter problems) {
    this.access = access;
    this.bodies = bodies;
    this.problems = problems;
  }

  /** How a body is stored. */
  @FunctionalInterface
  public interface Storing<B> {

    /** Does not block. Null where nothing was stored, and the resource is to see to it. */
    Future<@Nullable Stored> store(Context here, Key key, B body);
  }

  /**
   * Answers writes of a route.
   *
   * @param id that of what is written
   * @param location the path of what was created, by its id
   */
  public <B> void answer(
      Route route,
      Class<B> type,
      Predicate<B> valid,
      BiFunction<B, RoutingContext, String> id,
      Storing<B> storing,
      UnaryOperator<String> location) {
    answer(route, ShortBodies.JSON, type, valid, id, storing, location);
  }

  /**
   * Answers merge-patches of a route, as {@link #answer} does other writes.
   *
   * @param parameter the one of the path, which is the id
   */
  public void patch(
      Route route, String parameter, Storing<Patch> storing, UnaryOperator<String> location) {
    answer(
        route,
        PATCHES,
        Json.class,
        body -> body.isObject() && body.text().length() <= LONGEST_PATCH,
        (body, context) -> context.pathParam(parameter),
        (here, key, body) -> storing.store(here, key, Patch.of(MergePatch.MEDIA_TYPE, body)),
        location);
  }

  private <B> void answer(
      Route route,
      Set<String> mediaTypes,
      Class<B> type,
      Predicate<B> valid,
      BiFunction<B, RoutingContext, String> id,
      Storing<B> storing,
      UnaryOperator<String> location) {
    bodies.answer(
        route,
        mediaTypes,
        type,
        ShortWay::isUnconditional,
        valid,
        (call, body) -> {
          String named = id.apply(body, call.context());
          return ValidId.Validator.isId(named)
              ? store(call, call.space().key(named), body, storing, location)
              : Future.succeededFuture(false);
        });
  }

  private <B> Future<Boolean> store(
      Call call, Key key, B body, Storing<B> storing, UnaryOperator<String> location) {
    return storing
        .store(call.here(), key, body)
        .map(
            stored -> {
              if (stored == null) {
                return false;
              }
              access.answered(call.space());
              answer(call.context().response(), stored, location.apply(key.id()));
              return true;
            })
        .otherwise(
            fault -> {
              access.answered(call.space());
              problems.write(call.context(), fault);
              return true;
            });
  }

  private static void answer(HttpServerResponse response, Stored stored, String location) {
    if (stored.created()) {
      response.setStatusCode(201).putHeader(HttpHeaders.LOCATION, location);
    }
    ShortWay.answer(response, EntityTags.of(stored.version()), stored.json());
  }
}
