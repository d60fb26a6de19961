package botbot.testing;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** Unpacks the PostgreSQL of this platform once. */
final class PostgresBinaries {
  private static final Path HOME = Homes.binaries().resolve("postgresql");

  private PostgresBinaries() {}

  /** The full path of one of PostgreSQL's programs. */
  static synchronized String program(String name) {
    if (!Files.exists(HOME)) {
      unpack();
    }
    return HOME.resolve("bin").resolve(name).toString();
  }

  private static void unpack() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String system = os.contains("mac") ? "Darwin" : "Linux";
    String arch =
        System.getProperty("os.arch").equals("amd64") ? "x86_64" : System.getProperty("os.arch");
    try (InputStream packed = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, arch)) {
      if (packed == null) {
        throw new IllegalStateException("No PostgreSQL for " + system + " on " + arch);
      }
      Path fresh = Files.createTempDirectory(HOME.getParent(), "unpacking");
      extract(new TarArchiveInputStream(new XZInputStream(packed)), fresh);
      Homes.publish(fresh, HOME);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void extract(TarArchiveInputStream tar, Path directory) throws IOException {
    for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
      Path path = directory.resolve(e.getName()).normalize();
      if (e.isDirectory()) {
        Files.createDirectories(path);
        continue;
      }
      Files.createDirectories(path.getParent());
      if (e.isSymbolicLink()) {
        Files.createSymbolicLink(path, Path.of(e.getLinkName()));
      } else {
        Files.copy(tar, path);
        path.toFile()
            .setExecutable((e.getMode() & 0100) != 0 || path.startsWith(directory.resolve("bin")));
      }
    }
  }
}
