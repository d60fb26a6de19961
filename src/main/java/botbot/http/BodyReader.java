package botbot.http;

import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads a body whole before it is parsed: at most {@code botbot.limits.body} bytes, chunked ones
 * too, and only UTF-8. The parser alone would take overlong forms, encoded surrogates, and UTF-16
 * too.
 */
@Provider
final class BodyReader implements ReaderInterceptor {

  private static final char REPLACEMENT = '\uFFFD';

  // made while the application is built, before there is a configuration to read
  private final Instance<Limits> limits;

  @Inject
  BodyReader(Instance<Limits> limits) {
    this.limits = limits;
  }

  @Override
  public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
    long limit = limits.get().body();
    byte[] body = context.getInputStream().readNBytes(Math.toIntExact(limit) + 1);
    if (body.length > limit) {
      throw new TooLarge(limit);
    }
    if (!isUtf8(body)) {
      throw BadInput.unreadable("The body is not UTF-8.");
    }
    context.setInputStream(new ByteArrayInputStream(body));
    return context.proceed();
  }

  /** Whether {@code body} is UTF-8 text without U+0000, which JSON never has unescaped. */
  static boolean isUtf8(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8);
    if (text.indexOf(0) >= 0) {
      return false;
    }
    if (text.indexOf(REPLACEMENT) < 0) {
      return true;
    }
    // it may have been sent as such: ask again, strictly
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
      return true;
    } catch (CharacterCodingException malformed) {
      return false;
    }
  }
}
