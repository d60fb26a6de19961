package botbot.http.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** A problem (RFC 9457) for what never reaches a route. */
record Refusal(int status, String title, String detail, String instance) {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Where the target of the request is not known. */
  private static final String UNKNOWN = "/";

  /** Why a request was not read. */
  static Refusal of(HttpRequest request) {
    Throwable cause = request.decoderResult().cause();
    if (cause instanceof TooLongHttpLineException) {
      return new Refusal(414, "URI Too Long", "The first line is too long.", UNKNOWN);
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return new Refusal(
          431,
          "Request Header Fields Too Large",
          "The header fields are too long.",
          path(request.uri()));
    }
    return cause instanceof AmbiguousFraming framing
        ? new Refusal(400, "Bad Request", framing.detail(), path(request.uri()))
        : new Refusal(400, "Bad Request", "The request is not valid HTTP.", UNKNOWN);
  }

  /** The body is not framed as its head says. */
  static Refusal ofBody() {
    return new Refusal(400, "Bad Request", "The body's chunks are not valid.", UNKNOWN);
  }

  /** A part of the request has taken too long. */
  static Refusal timeout(String part) {
    return new Refusal(
        408, "Request Timeout", "The request's " + part + " took too long.", UNKNOWN);
  }

  private static String path(String target) {
    String path = target.split("[?#]", 2)[0];
    return path.matches("/[!-~]*") ? path : UNKNOWN;
  }

  /** The answer, after which the connection ends. */
  FullHttpResponse answer() {
    String id = UUID.randomUUID().toString();
    Map<String, Object> problem = new LinkedHashMap<>();
    problem.put("type", "about:blank");
    problem.put("title", title);
    problem.put("status", status);
    problem.put("detail", detail);
    problem.put("instance", instance);
    problem.put("requestId", id);
    byte[] body;
    try {
      body = MAPPER.writeValueAsBytes(problem);
    } catch (JsonProcessingException impossible) {
      throw new UncheckedIOException(impossible);
    }
    FullHttpResponse answer =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), Unpooled.wrappedBuffer(body));
    answer
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "application/problem+json")
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
        .set("X-Request-Id", id);
    return answer;
  }
}
