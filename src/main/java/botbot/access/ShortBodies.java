package botbot.access;

import botbot.access.identity.Role;
import botbot.space.Space;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The short way of requests with a body: a plain, well-formed one of a caller who may make it is
 * answered on the event loop. All else goes on to the resource, which says what is wrong with it.
 */
@Singleton
public final class ShortBodies {

  /** The media type of most bodies. */
  public static final Set<String> JSON = Set.of(ShortWay.JSON);

  /** What is longer is read and written elsewhere: an event loop has others to serve. 64 KiB. */
  private static final int LONGEST = 64 << 10;

  /**
   * A request of a caller who may make it.
   *
   * @param here the event loop's context that it came on
   */
  public record Call(RoutingContext context, Context here, Space space) {}

  /** The answer to a valid body. */
  @FunctionalInterface
  public interface Answer<B> {

    /** Answers; false where the resource is to. Does not block. */
    Future<Boolean> to(Call call, B body);
  }

  private final ShortWay access;
  private final ObjectMapper mapper;

  @Inject
  ShortBodies(ShortWay access, ObjectMapper mapper) {
    this.access = access;
    this.mapper = mapper;
  }

  /**
   * Answers requests of a route.
   *
   * @param mediaTypes of the bodies that are taken
   * @param taken which requests may be answered here at all
   * @param valid whether a body keeps to what is asked of it
   */
  public <B> void answer(
      Route route,
      Set<String> mediaTypes,
      Class<B> type,
      Predicate<HttpServerRequest> taken,
      Predicate<B> valid,
      Answer<B> answer) {
    ObjectReader reader = mapper.readerFor(type);
    route
        .order(ShortWay.ORDER)
        .handler(
            context -> {
              HttpServerRequest request = context.request();
              if (!isPlain(request, mediaTypes) || !taken.test(request)) {
                context.next();
                return;
              }
              Context here = context.vertx().getOrCreateContext();
              request
                  .body()
                  .onSuccess(body -> open(context, here, body, read(reader, body, valid), answer))
                  .onFailure(context::fail);
              request.resume();
            });
  }

  /** Whether all that is to be known of the request is its API key, its path and its body. */
  private static boolean isPlain(HttpServerRequest request, Set<String> mediaTypes) {
    // what has been read of HTTP/2 cannot be handed on
    String mediaType = request.getHeader(HttpHeaders.CONTENT_TYPE);
    return request.version() != HttpVersion.HTTP_2
        && mediaType != null
        && mediaTypes.contains(mediaType)
        && isShort(request.getHeader(HttpHeaders.CONTENT_LENGTH))
        && ShortWay.takesJson(request)
        && !request.headers().contains(HttpHeaders.EXPECT);
  }

  private static boolean isShort(@Nullable String length) {
    try {
      return length != null && Long.parseLong(length) <= LONGEST;
    } catch (NumberFormatException notALength) {
      return false;
    }
  }

  /** What the body says, if it is valid. */
  private static <B> Optional<B> read(ObjectReader reader, Buffer body, Predicate<B> valid) {
    try {
      return Optional.ofNullable(reader.<B>readValue(body.getBytes())).filter(valid);
    } catch (IOException notValid) {
      return Optional.empty();
    }
  }

  private <B> void open(
      RoutingContext context, Context here, Buffer raw, Optional<B> body, Answer<B> answer) {
    ((RoutingContextInternal) context).setBody(raw);
    Future<Boolean> answered =
        body.isEmpty()
            ? Future.succeededFuture(false)
            : access
                .open(context, Role.FRONTEND)
                .compose(
                    space ->
                        space == null
                            ? Future.succeededFuture(false)
                            : answer.to(new Call(context, here, space), body.get()));
    ShortWay.end(context, here, answered);
  }
}
