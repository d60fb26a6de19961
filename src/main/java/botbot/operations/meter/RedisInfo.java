package botbot.operations.meter;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Redis says of itself: the fields of {@code INFO}. Empty where Redis did not answer. */
public record RedisInfo(Map<String, String> fields) {

  static final RedisInfo UNKNOWN = new RedisInfo(Map.of());

  private static final String UNKNOWN_FIELD = "unknown";
  private static final String NO_EVICTION = "noeviction";
  private static final Pattern REPLICA_LAG = Pattern.compile("(?:^|,)lag=(\\d+)");

  public RedisInfo {
    fields = Map.copyOf(fields);
  }

  static RedisInfo parse(String text) {
    Map<String, String> fields = new HashMap<>();
    text.lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(
            line -> {
              int colon = line.indexOf(':');
              if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
              }
            });
    return new RedisInfo(fields);
  }

  boolean known() {
    return !fields.isEmpty();
  }

  String text(String field) {
    return fields.getOrDefault(field, UNKNOWN_FIELD);
  }

  /** A field's number, or NaN without one. */
  double number(String field) {
    String value = fields.get(field);
    try {
      return value == null ? Double.NaN : Double.parseDouble(value);
    } catch (NumberFormatException notOne) {
      return Double.NaN;
    }
  }

  /** Memory in use as a share of {@code maxmemory}, or NaN without such a bound. */
  public double memoryShare() {
    double max = number("maxmemory");
    return max > 0 ? number("used_memory") / max : Double.NaN;
  }

  /** What Redis does when its memory is full. */
  public String evictionPolicy() {
    return text("maxmemory_policy");
  }

  /** Whether Redis deletes keys when its memory is full, rate counters among them. */
  boolean mayEvict() {
    return !Set.of(NO_EVICTION, UNKNOWN_FIELD).contains(evictionPolicy());
  }

  /** Keys that Redis has deleted for want of memory since it started, or NaN. */
  public double evictedKeys() {
    return number("evicted_keys");
  }

  /** Seconds by which the slowest replica lags, or NaN without one. */
  double replicationLag() {
    return fields.entrySet().stream()
        .filter(field -> field.getKey().matches("slave\\d+"))
        .map(field -> REPLICA_LAG.matcher(field.getValue()))
        .filter(Matcher::find)
        .mapToDouble(lag -> Double.parseDouble(lag.group(1)))
        .max()
        .orElse(Double.NaN);
  }
}
