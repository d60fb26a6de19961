package botbot.testing;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The settings of the service, as its code declares them. */
public final class Settings {

  private Settings() {}

  /** By key, each with its default if it has one. */
  public static Map<String, Optional<String>> all() {
    Map<String, Optional<String>> settings = new TreeMap<>();
    for (JavaClass found :
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("botbot")) {
      if (found.isAnnotatedWith(ConfigMapping.class)) {
        Class<?> mapping = found.reflect();
        add(mapping.getAnnotation(ConfigMapping.class).prefix(), mapping, settings);
      }
    }
    return settings;
  }

  private static void add(String prefix, Class<?> mapping, Map<String, Optional<String>> settings) {
    for (Method property : mapping.getDeclaredMethods()) {
      if (property.isDefault() || property.isSynthetic()) {
        continue;
      }
      String name = prefix + "." + name(property);
      WithDefault value = property.getAnnotation(WithDefault.class);
      if (property.getReturnType().getName().startsWith("botbot.")
          && property.getReturnType().isInterface()) {
        add(name, property.getReturnType(), settings);
      } else {
        settings.put(name, Optional.ofNullable(value).map(WithDefault::value));
      }
    }
  }

  private static String name(Method property) {
    WithName given = property.getAnnotation(WithName.class);
    return given == null
        ? property.getName().replaceAll("([A-Z])", "-$1").toLowerCase()
        : given.value();
  }
}
