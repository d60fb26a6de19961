package botbot.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A Lua script of this service: its name (also the label of its meter), text and SHA-1. */
public record Script(String name, String source, String sha1) {

  /**
   * Reads {@code /lua/<name>.lua} from the class path.
   *
   * @throws IllegalArgumentException if there is no such script
   */
  public static Script named(String name) {
    try (InputStream in = Script.class.getResourceAsStream("/lua/" + name + ".lua")) {
      if (in == null) {
        throw new IllegalArgumentException("no script " + name);
      }
      byte[] source = in.readAllBytes();
      byte[] digest = MessageDigest.getInstance("SHA-1").digest(source);
      return new Script(
          name, new String(source, StandardCharsets.UTF_8), HexFormat.of().formatHex(digest));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
