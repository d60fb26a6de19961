package botbot.access;

import botbot.access.identity.Role;
import botbot.space.Space;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
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
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The short way of requests with a body: a plain, well-formed one of a caller who may make it is
 * answered on the event loop. All else goes on to the resource, which says what is wrong with it.
 */
@Singleton
public final class ShortBodies {

  /** What is longer is read and written elsewhere: an event loop has others to serve. 64 KiB. */
  private static final int LONGEST = 64 << 10;

  /** The answer to a valid body. */
  @FunctionalInterface
  public interface Answer<B> {

    /** Answers, or has the request go on. Called on the event loop. */
    void to(RoutingContext context, Space space, B body);
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
   * @param taken which of them may be answered here at all
   * @param valid whether a body keeps to what is asked of it
   */
  public <B> void answer(
      Route route,
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
              if (!isPlain(request) || !taken.test(request)) {
                context.next();
                return;
              }
              request
                  .body()
                  .onSuccess(body -> open(context, body, read(reader, body, valid), answer))
                  .onFailure(context::fail);
              request.resume();
            });
  }

  /** Whether all that is to be known of the request is its key, its path and its body. */
  private static boolean isPlain(HttpServerRequest request) {
    // what has been read of HTTP/2 cannot be handed on
    return request.version() != HttpVersion.HTTP_2
        && ShortWay.JSON.equals(request.getHeader(HttpHeaders.CONTENT_TYPE))
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

  private <B> void open(RoutingContext context, Buffer raw, Optional<B> body, Answer<B> answer) {
    ((RoutingContextInternal) context).setBody(raw);
    if (body.isEmpty()) {
      context.next();
      return;
    }
    access
        .open(context, Role.FRONTEND)
        .onSuccess(
            space -> {
              if (space == null) {
                context.next();
              } else {
                answer.to(context, space, body.get());
              }
            });
  }
}
