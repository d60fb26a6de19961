package botbot.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The rights in Redis that the operator's page asks for. */
final class Rights {

  private static final String BEGINNING = "    ACL SETUSER botbot ";

  private Rights() {}

  /** The rules of the page's {@code ACL SETUSER} but for the password, and no others. */
  static List<String> listed() {
    try {
      String page = Files.readString(Path.of("deploy/README.md"));
      String rules =
          page.lines().filter(line -> line.startsWith(BEGINNING)).findFirst().orElseThrow();
      return Arrays.stream(rules.substring(BEGINNING.length()).split(" "))
          .filter(rule -> !rule.startsWith(">"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
