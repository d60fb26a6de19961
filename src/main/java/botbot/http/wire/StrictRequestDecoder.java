package botbot.http.wire;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.List;

/**
 * Refuses requests whose length two readers may see differently (RFC 9112, 6.3): a proxy before the
 * service might take for a body what the service takes for the next request. After a refusal
 * nothing that follows on the connection is read.
 */
final class StrictRequestDecoder extends VertxHttpRequestDecoder {

  StrictRequestDecoder(HttpServerOptions options) {
    super(options);
  }

  /** Asked when the head is whole, before any of its fields is dropped. */
  @Override
  protected boolean isContentAlwaysEmpty(HttpMessage message) {
    if (message != null) {
      check(message.headers());
    }
    return super.isContentAlwaysEmpty(message);
  }

  private static void check(HttpHeaders headers) {
    if (headers.contains("")) {
      throw new IllegalArgumentException("a field without a name");
    }
    if (headers.getAll(HttpHeaderNames.HOST).size() > 1) {
      throw new AmbiguousFraming("The request has two Host fields.");
    }
    List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (codings.isEmpty()) {
      return;
    }
    if (codings.size() > 1 || !codings.getFirst().strip().equalsIgnoreCase("chunked")) {
      throw new AmbiguousFraming("Transfer-Encoding can be nothing but one chunked.");
    }
    if (headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
      throw new AmbiguousFraming("Transfer-Encoding and Content-Length exclude each other.");
    }
  }
}
