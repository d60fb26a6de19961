package botbot.bench;

import botbot.testing.AotTraining;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The cache of classes and profiles that the image of the JVM starts from. */
final class AotCache {
  private static final Path FILE = Stage.JAR.resolveSibling("app.aot");
  private static final String HEADERS = "-XX:+UseCompactObjectHeaders";
  private static boolean made;

  private AotCache() {}

  /** Has the jar start without it. */
  static synchronized void delete() throws IOException {
    Files.deleteIfExists(FILE);
    made = false;
  }

  /**
   * What the environment of the jar has for it to start as it does in the image. Makes the cache,
   * once; nothing where this JVM is older than 25 and has no such cache.
   */
  static synchronized Map<String, String> environment() throws IOException {
    if (Runtime.version().feature() < 25) {
      return Map.of();
    }
    if (!made) {
      try {
        AotTraining.train(FILE.getParent(), Duration.ofSeconds(60), List.of(HEADERS));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
      made = true;
    }
    return Map.of("JAVA_TOOL_OPTIONS", "-XX:AOTCache=" + FILE + ' ' + HEADERS);
  }
}
