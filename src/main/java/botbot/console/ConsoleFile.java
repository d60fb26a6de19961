package botbot.console;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/**
 * A file of the console, as it is sent.
 *
 * @param type its media type
 * @param plain as it is
 * @param compressed by gzip
 */
record ConsoleFile(String type, Form plain, Form compressed) {

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html;charset=UTF-8",
          "js", "text/javascript;charset=UTF-8",
          "css", "text/css;charset=UTF-8",
          "svg", "image/svg+xml",
          "md", "text/markdown;charset=UTF-8");

  /** Names of files and folders; nothing that could lead out of the console's own. */
  private static final Pattern NAME =
      Pattern.compile("(?:[a-z0-9-]+/)*[a-z0-9-]+\\.(html|js|css|svg|md)");

  /**
   * What is sent, and its strong entity tag: two codings of a file are two representations (RFC
   * 9110, section 8.8.3.3).
   */
  record Form(Buffer content, String etag) {

    static Form of(byte[] bytes) {
      return new Form(Buffer.buffer(bytes), '"' + hash(bytes) + '"');
    }
  }

  /** Reads the file of that name, if there is one. */
  static Optional<ConsoleFile> read(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    try (InputStream resource = loader.getResourceAsStream("console/" + name)) {
      if (resource == null) {
        return Optional.empty();
      }
      byte[] bytes = resource.readAllBytes();
      String type = TYPES.getOrDefault(matcher.group(1), "application/octet-stream");
      return Optional.of(new ConsoleFile(type, Form.of(bytes), Form.of(compress(bytes))));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static byte[] compress(byte[] bytes) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream(bytes.length);
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(bytes);
    }
    return compressed.toByteArray();
  }

  private static String hash(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest).substring(0, 22);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
