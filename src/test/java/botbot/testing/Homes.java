package botbot.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** Where servers keep their files: all of it under the build directory. */
final class Homes {
  private static final Path BUILD = Path.of(System.getProperty("botbot.build", "target"));

  private Homes() {}

  /** A new home that goes away with this JVM. */
  static Path temporary(String name) {
    try {
      Path servers = Files.createDirectories(BUILD.resolve("servers"));
      Path home = Files.createTempDirectory(servers, name + "-").toAbsolutePath();
      Files.createFile(home.resolve("temporary"));
      return home;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A new home whose log is kept until the next {@code clean}. */
  static Path kept(String name) {
    try {
      Path instances = Files.createDirectories(BUILD.resolve("instances"));
      return Files.createTempDirectory(instances, name + "-").toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path build() {
    return BUILD.toAbsolutePath();
  }

  /** Where the executables of the servers are unpacked, once for all runs. */
  static Path binaries() {
    try {
      return Files.createDirectories(BUILD.resolve("binaries")).toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Moves a complete file or directory to a place where several runs may put it at once. */
  static void publish(Path unpacked, Path place) throws IOException {
    Path near = unpacked;
    if (Files.isRegularFile(unpacked)) {
      near = Files.createTempFile(place.getParent(), "unpacked", null);
      Files.copy(
          unpacked, near, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    }
    try {
      Files.move(near, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.exists(place)) {
        throw e;
      }
      delete(near);
    }
  }

  /**
   * Deletes a home whose server was killed. A process that it had begun in that moment may still
   * write a file before it notices.
   */
  static void deleteTemporary(Path home) {
    if (Files.exists(home.resolve("temporary"))) {
      Awaitility.await(home + " to be deleted")
          .atMost(Duration.ofSeconds(10))
          .pollInterval(Duration.ofMillis(10))
          .ignoreExceptionsInstanceOf(UncheckedIOException.class)
          .until(
              () -> {
                delete(home);
                return !Files.exists(home);
              });
    }
  }

  /** Deletes a directory and all that is in it. */
  static void delete(Path directory) {
    try (Stream<Path> found = Files.walk(directory)) {
      List<Path> deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
