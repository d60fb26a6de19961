package botbot.connection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * A password that is kept in a file and may be replaced there, as Kubernetes does with a secret
 * that it mounts. The file is read for each connection that is made.
 */
public final class PasswordFile {

  private static final Logger LOG = Logger.getLogger(PasswordFile.class);

  private final Path file;
  private final AtomicBoolean told = new AtomicBoolean();
  private volatile String last = "";

  public PasswordFile(Path file) {
    this.file = file;
  }

  /**
   * What the file holds now, without line ends at its end. While it cannot be read, or is empty
   * because it is being written: what it held before.
   */
  public String read() {
    try {
      String now = withoutLineEnds(Files.readString(file));
      if (!now.isEmpty()) {
        last = now;
      }
      told.set(false);
    } catch (IOException e) {
      if (told.compareAndSet(false, true)) {
        LOG.warnf("A password cannot be read, the last one stays in use: %s", e);
      }
    }
    return last;
  }

  private static String withoutLineEnds(String text) {
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
      end--;
    }
    return text.substring(0, end);
  }
}
