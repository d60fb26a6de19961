package botbot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.io.IOException;
import java.lang.reflect.Method;
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
    for (JavaClass found :
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("botbot")) {
      if (found.isAnnotatedWith(ConfigMapping.class)) {
        Class<?> mapping = found.reflect();
        addSettings(mapping.getAnnotation(ConfigMapping.class).prefix(), mapping, inCode);
      }
    }
    Map<String, String> inReadme = new TreeMap<>();
    Matcher rows = ROW.matcher(Files.readString(Path.of("README.md")));
    while (rows.find()) {
      assertNull(inReadme.put(rows.group(1), rows.group(2).strip()), rows.group(1) + " is twice");
    }
    assertEquals(Set.of(), without(inCode, inReadme), "of the code, not in the README");
    assertEquals(Set.of(), without(inReadme, inCode), "of the README, not in the code");
  }

  private static void addSettings(String prefix, Class<?> mapping, Map<String, String> settings) {
    for (Method property : mapping.getDeclaredMethods()) {
      if (property.isDefault() || property.isSynthetic()) {
        continue;
      }
      String name = prefix + "." + name(property);
      WithDefault value = property.getAnnotation(WithDefault.class);
      if (property.getReturnType().getName().startsWith("botbot.")
          && property.getReturnType().isInterface()) {
        addSettings(name, property.getReturnType(), settings);
      } else {
        settings.put(name, value == null ? "none" : value.value());
      }
    }
  }

  private static String name(Method property) {
    WithName given = property.getAnnotation(WithName.class);
    return given == null
        ? property.getName().replaceAll("([A-Z])", "-$1").toLowerCase()
        : given.value();
  }

  private static Set<Map.Entry<String, String>> without(
      Map<String, String> all, Map<String, String> others) {
    Set<Map.Entry<String, String>> left = new TreeSet<>(Map.Entry.comparingByKey());
    all.entrySet().stream().filter(entry -> !others.entrySet().contains(entry)).forEach(left::add);
    return left;
  }
}
