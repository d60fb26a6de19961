package botbot.configuration;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.Expressions;
import io.smallrye.config.Priorities;
import jakarta.annotation.Priority;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;

/**
 * Takes what may hold a secret from the environment as it is: elsewhere {@code ${…}} and {@code $$}
 * stand for something else, which the framework has resolved before this is asked. A line end at
 * its end, which files and editors add, is cut.
 */
@Priority(Priorities.APPLICATION)
public final class LiteralSecrets implements ConfigSourceInterceptor {

  private static final long serialVersionUID = 1;

  private static final Set<String> NAMES =
      Set.of(
          "botbot.admin-key",
          "botbot.alerts.webhook-url",
          "quarkus.datasource.jdbc.url",
          "quarkus.datasource.username",
          "quarkus.datasource.password",
          "quarkus.redis.hosts",
          "quarkus.redis.password");

  private static final Set<String> CUT = new ConcurrentSkipListSet<>();

  /** The settings whose line end was cut so far. */
  static Set<String> cut() {
    return Set.copyOf(CUT);
  }

  @Override
  public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
    if (!NAMES.contains(name)) {
      return context.proceed(name);
    }
    ConfigValue raw = Expressions.withoutExpansion(() -> context.proceed(name));
    ConfigValue value =
        raw != null && EnvConfigSource.NAME.equals(raw.getConfigSourceName())
            ? raw
            : context.proceed(name);
    return value == null || value.getValue() == null ? value : withoutLineEnd(name, value);
  }

  private static ConfigValue withoutLineEnd(String name, ConfigValue value) {
    String text = value.getValue();
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
      end--;
    }
    if (end == text.length()) {
      return value;
    }
    CUT.add(name);
    return value.withValue(text.substring(0, end));
  }
}
