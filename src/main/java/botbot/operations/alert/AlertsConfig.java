package botbot.operations.alert;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Alerts to administrators: where they go, and when. */
@ConfigMapping(prefix = "botbot.alerts")
interface AlertsConfig {

  /** Each alert and its resolution is POSTed here; without it they are only logged. */
  Optional<URI> webhookUrl();

  /**
   * The JSON that is POSTed; {@code {text}}, {@code {name}}, {@code {state}} ({@code firing} or
   * {@code resolved}), {@code {cause}}, {@code {instance}} and {@code {at}} are replaced.
   */
  @WithDefault("{\"text\": \"{text}\"}")
  String template();

  /** The longest the webhook may take. */
  @WithDefault("5s")
  Duration timeout();

  /** The first wait after the webhook failed; each further one is twice as long, to a minute. */
  @WithDefault("1s")
  Duration retry();

  /**
   * How long a trouble must be over before it counts as resolved: flapping is one alert.
   * Corruption, an event and no state, must be over four times as long.
   */
  @WithDefault("15s")
  Duration resolveAfter();

  /** An instance that has not reported for this long is gone, and its alerts with it. */
  @WithDefault("30s")
  Duration patience();

  /** The share of Redis' maxmemory above which its use is an alert. */
  @WithDefault("0.8")
  double memory();

  /** A write that Redis has not heard of for this long is an alert. */
  @WithDefault("30s")
  Duration outboxAge();
}
