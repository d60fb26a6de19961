package botbot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import botbot.testing.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the README says of the settings is what the code says. */
class ReadmeTest {
  private static final Pattern ROW =
      Pattern.compile("^\\| `(botbot\\.[^`]+)` \\| `?([^|`]+)`? \\|", Pattern.MULTILINE);

  @Test
  void theReadmeListsEverySettingWithItsDefault() throws IOException {
    Map<String, String> inCode = new TreeMap<>();
    Settings.all().forEach((key, value) -> inCode.put(key, value.orElse("none")));
    Map<String, String> inReadme = new TreeMap<>();
    Matcher rows = ROW.matcher(Files.readString(Path.of("README.md")));
    while (rows.find()) {
      assertNull(inReadme.put(rows.group(1), rows.group(2).strip()), rows.group(1) + " is twice");
    }
    assertEquals(Set.of(), without(inCode, inReadme), "of the code, not in the README");
    assertEquals(Set.of(), without(inReadme, inCode), "of the README, not in the code");
  }

  private static Set<Map.Entry<String, String>> without(
      Map<String, String> all, Map<String, String> others) {
    Set<Map.Entry<String, String>> left = new TreeSet<>(Map.Entry.comparingByKey());
    all.entrySet().stream().filter(entry -> !others.entrySet().contains(entry)).forEach(left::add);
    return left;
  }
}
