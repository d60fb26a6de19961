package botbot.configuration;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/**
 * Says all that is wrong with the configuration, a sentence a fault, before anything reads it: the
 * service then does not start. It stands among the sources of the configuration, of which it is
 * none, because they come first.
 */
public final class ConfigurationCheck implements ConfigSourceFactory {

  /** Of two settings the first may not be above the second. */
  private static final Map<String, String> ORDER =
      Map.of(
          "botbot.redis.reconnect.min", "botbot.redis.reconnect.max",
          "botbot.migration.first-delay", "botbot.migration.max-delay");

  private static final String HOSTS = "quarkus.redis.hosts";
  private static final String CLIENT_TYPE = "quarkus.redis.client-type";

  /** Settings whose variable is not named after them. */
  private static final Map<String, String> VARIABLES = Map.of("quarkus.http.port", "PORT");

  @Override
  public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
    List<String> faults = faults(context);
    if (!faults.isEmpty()) {
      throw new ConfigurationException(String.join(System.lineSeparator(), faults));
    }
    return List.of();
  }

  /** After all that may give a value. */
  @Override
  public OptionalInt getPriority() {
    return OptionalInt.of(Integer.MAX_VALUE);
  }

  static List<String> faults(ConfigSourceContext context) {
    List<String> faults = new ArrayList<>();
    Rules.ALL.forEach(
        (setting, rule) -> fault(setting, rule, value(context, setting)).ifPresent(faults::add));
    ORDER.forEach(
        (lower, upper) -> {
          Duration first = duration(context, lower);
          Duration second = duration(context, upper);
          if (first != null && second != null && first.compareTo(second) > 0) {
            faults.add(named(lower) + " must not be longer than " + named(upper) + ".");
          }
        });
    if (hasSeveralHosts(context)) {
      faults.add(
          named(CLIENT_TYPE)
              + " must say what the hosts of "
              + named(HOSTS)
              + " are: cluster, sentinel or replication.");
    }
    return faults;
  }

  /** Hosts that would be taken for one server. */
  private static boolean hasSeveralHosts(ConfigSourceContext context) {
    String hosts = value(context, HOSTS);
    String type = value(context, CLIENT_TYPE);
    boolean isOne = type == null || type.isEmpty() || type.equalsIgnoreCase("standalone");
    return isOne
        && hosts != null
        && hosts.contains(",")
        && Objects.requireNonNull(Rules.ALL.get(HOSTS)).broken(hosts).isEmpty();
  }

  private static Optional<String> fault(String setting, Rule rule, @Nullable String text) {
    // what is empty counts as not given where that is possible, as everywhere in the framework
    if (text == null || text.isEmpty()) {
      return Optional.empty();
    }
    return rule.broken(text)
        .map(
            should ->
                named(setting)
                    + " "
                    + should
                    + (rule.mayBeShown() ? ", and is \"" + text + "\"." : "."));
  }

  private static @Nullable Duration duration(ConfigSourceContext context, String setting) {
    String text = value(context, setting);
    return text == null ? null : Rule.Time.duration(text);
  }

  private static @Nullable String value(ConfigSourceContext context, String setting) {
    ConfigValue value = context.getValue(setting);
    return value == null ? null : value.getValue();
  }

  private static String named(String setting) {
    return VARIABLES.getOrDefault(
        setting, setting.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_"));
  }
}
