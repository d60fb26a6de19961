package botbot.http.json;

import botbot.http.problem.BadInput;
import botbot.http.problem.TooLarge;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

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
    byte[] body = read(context.getInputStream(), limit);
    if (body.length > 0 && !namesItsType(context.getHeaders().getFirst(HttpHeaders.CONTENT_TYPE))) {
      throw new NotSupportedException();
    }
    if (!isUtf8(body)) {
      throw BadInput.unreadable("The body is not UTF-8.");
    }
    context.setInputStream(new ByteArrayInputStream(body));
    return context.proceed();
  }

  private static byte[] read(InputStream content, long limit) {
    try {
      byte[] body = content.readNBytes(Math.toIntExact(limit) + 1);
      if (body.length > limit) {
        throw new TooLarge(limit);
      }
      return body;
    } catch (IOException brokenOff) {
      throw BadInput.unreadable("The body broke off.");
    }
  }

  /** The framework takes no type, and a wildcard, for the one that is wanted. */
  private static boolean namesItsType(@Nullable String contentType) {
    return contentType != null && !contentType.isBlank() && contentType.indexOf('*') < 0;
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
