package botbot.operations.alert;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The webhook of the administrators. That it fails is itself an alert, to the log and a gauge. */
@Singleton
class Webhook {

  private static final Logger LOG = Logger.getLogger(Webhook.class);

  private final AlertsConfig config;
  private final Counter delivered;
  private final Counter failures;
  private @Nullable HttpClient client;
  private volatile boolean failing;

  Webhook(AlertsConfig config, MeterRegistry registry) {
    this.config = config;
    delivered = registry.counter("botbot.alerts.delivered");
    failures = registry.counter("botbot.alerts.webhook.failures");
    Gauge.builder("botbot.alerts.webhook.failing", this, me -> me.failing ? 1 : 0)
        .description("1 while the webhook takes no alerts")
        .register(registry);
  }

  /** Whether the message was taken; without a webhook there is nobody to tell. */
  boolean tell(AlertMessage message) {
    if (config.webhookUrl().isEmpty()) {
      return true;
    }
    try {
      int status = post(config.webhookUrl().get(), message.json(config.template()));
      if (status / 100 == 2) {
        succeeded();
        return true;
      }
      failed("it answered " + status);
    } catch (IOException e) {
      failed(String.valueOf(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  /** Whether the last message it was sent was not taken. */
  boolean isFailing() {
    return failing;
  }

  /** What it did not take from this instance, it took from another. */
  void nothingWaits() {
    if (failing) {
      failing = false;
      LOG.info("[RESOLVED] webhook: nothing waits for it any more");
    }
  }

  private int post(URI url, String json) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(config.timeout())
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build();
    HttpResponse<Void> response = client().send(request, BodyHandlers.discarding());
    return response.statusCode();
  }

  private synchronized HttpClient client() {
    HttpClient known = client;
    if (known == null) {
      known =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(config.timeout())
              .build();
      client = known;
    }
    return known;
  }

  private void succeeded() {
    delivered.increment();
    if (failing) {
      LOG.info("[RESOLVED] webhook: it takes alerts again");
    }
    failing = false;
  }

  // the address is a secret: whoever has it can post
  private void failed(String why) {
    failures.increment();
    if (!failing) {
      LOG.warnf("[FIRING] webhook: alerts cannot be delivered, trying again: %s", why);
    }
    failing = true;
  }
}
