package botbot.document.schema;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What takes long to check. */
public final class Costly {

  private Costly() {}

  /** A schema without its last brace, whose patterns are tried on each name of an object. */
  public static String patterns() {
    return IntStream.range(0, 2000)
        .mapToObj(n -> "\"[a-z]*[0-9]*q" + n + "\":true")
        .collect(Collectors.joining(",", "{\"patternProperties\":{", "}"));
  }

  /** An object of many names, each of about that length. */
  public static String names(int length) {
    return IntStream.range(0, 5000)
        .mapToObj(n -> "\"" + "n".repeat(length) + n + "\":1")
        .collect(Collectors.joining(",", "{", "}"));
  }
}
