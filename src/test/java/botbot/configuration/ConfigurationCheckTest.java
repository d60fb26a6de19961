package botbot.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Settings;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigValue;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationCheckTest {

  private static final String GREATEST = "" + Long.MAX_VALUE;

  /** What these take of the values that no other setting takes. */
  private static final Map<String, Set<String>> TAKEN =
      Map.of(
          "botbot.rate.denial-memory", Set.of("0"),
          "botbot.cleaner.pause", Set.of("0"),
          "botbot.erasure.pause", Set.of("0"),
          "quarkus.http.port", Set.of("0"),
          "botbot.admin-key", Set.of("0", "-1", GREATEST, "x"),
          "botbot.alerts.template", Set.of("0", "-1", GREATEST, "x"));

  static Stream<String> keys() {
    return Rules.ALL.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("keys")
  void whatASettingCannotBeIsSaidInASentence(String key) {
    for (String value : List.of("0", "-1", GREATEST, "x")) {
      List<String> faults = faults(Map.of(key, value));
      if (TAKEN.getOrDefault(key, Set.of()).contains(value)) {
        assertEquals(List.of(), faults, key + "=" + value);
      } else {
        assertEquals(1, faults.size(), key + "=" + value + ": " + faults);
        assertTrue(faults.getFirst().matches("[A-Z_]+ (must|is) [^\\n]+\\."), faults.toString());
      }
    }
  }

  @Test
  void everySettingHasARuleWhichTakesItsDefault() {
    Map<String, Optional<String>> settings = Settings.all();
    Set<String> own = new TreeSet<>(Rules.ALL.keySet());
    own.removeIf(key -> !key.startsWith("botbot."));
    assertEquals(new TreeSet<>(settings.keySet()), own);
    Map<String, String> defaults = new TreeMap<>();
    settings.forEach((key, value) -> value.ifPresent(is -> defaults.put(key, is)));
    assertEquals(List.of(), faults(defaults));
  }

  @Test
  void severalHostsOfRedisNeedATypeThatSaysWhatTheyAre() {
    String hosts = "redis://a,redis://b";
    assertEquals(
        List.of(
            "QUARKUS_REDIS_CLIENT_TYPE must say what the hosts of QUARKUS_REDIS_HOSTS are:"
                + " cluster, sentinel or replication."),
        faults(Map.of("quarkus.redis.hosts", hosts)));
    assertEquals(
        List.of(),
        faults(Map.of("quarkus.redis.hosts", hosts, "quarkus.redis.client-type", "sentinel")));
  }

  @Test
  void allFaultsAreSaidAtOnce() {
    List<String> faults =
        faults(
            Map.of(
                "botbot.limits.body", "16777217",
                "botbot.redis.reconnect.min", "2s",
                "botbot.redis.reconnect.max", "1s",
                "quarkus.http.port", "http"));
    assertEquals(
        List.of(
            "BOTBOT_LIMITS_BODY must be a whole number from 1 to 16777216, and is \"16777217\".",
            "PORT must be a whole number from 0 to 65535, and is \"http\".",
            "BOTBOT_REDIS_RECONNECT_MIN must not be longer than BOTBOT_REDIS_RECONNECT_MAX."),
        faults);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "quarkus.redis.hosts=redis://user:s3cret{@cache",
        "quarkus.redis.hosts=redis://:s3cret\\@cache",
        "quarkus.redis.hosts=http://:s3cret@cache",
        "quarkus.redis.hosts=redis://a,redis://:s3cret@",
        "quarkus.datasource.jdbc.url=postgresql://u:s3cret@db/botbot",
        "quarkus.datasource.jdbc.url=jdbc:postgresql://db:s3cret/botbot",
        "botbot.alerts.webhook-url=hooks.example/s3cret",
        "botbot.alerts.webhook-url=https://hooks.example/s3cret|",
        "botbot.admin-key=s3cret\u00e9"
      })
  void whatMayHoldASecretIsNotShown(String setting) {
    int equals = setting.indexOf('=');
    List<String> faults =
        faults(Map.of(setting.substring(0, equals), setting.substring(equals + 1)));
    assertEquals(1, faults.size(), faults.toString());
    assertTrue(!faults.getFirst().contains("s3cret"), faults.toString());
  }

  @Test
  void whatIsCommonIsTaken() {
    assertEquals(
        List.of(),
        faults(
            Map.of(
                "quarkus.redis.hosts", "redis://:p%7Bw$$@a:6379, rediss://b/0,unix:///tmp/r.sock",
                "quarkus.redis.client-type", "Cluster",
                "quarkus.datasource.jdbc.url", "jdbc:otel:postgresql://a,b:5433/botbot?ssl=true",
                "botbot.alerts.webhook-url", "https://hooks.example/x?y=z",
                "botbot.admin-key", "a${b}c $$\\\"'",
                "botbot.redis.password-file", "README.md",
                "botbot.cache.ttl", "PT1H")));
  }

  private static List<String> faults(Map<String, String> values) {
    return ConfigurationCheck.faults(
        new ConfigSourceContext() {
          @Override
          public ConfigValue getValue(String name) {
            return ConfigValue.builder().withName(name).withValue(values.get(name)).build();
          }

          @Override
          public Iterator<String> iterateNames() {
            return Collections.emptyIterator();
          }
        });
  }
}
