package botbot.operations.alert;

import botbot.operations.alert.AlertBoard.Outcome;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Tells administrators, by the webhook and the log, of what is wrong and when it is over: once for
 * all instances by way of the board; once for each instance while PostgreSQL is away.
 */
@Singleton
class Alerts {

  private static final Logger LOG = Logger.getLogger(Alerts.class);
  private static final long PERIOD_MS = 1_000;
  private static final int IDLE_PERIODS = 10;

  private final Troubles troubles;
  private final AlertBoard board;
  private final Webhook webhook;
  private final LonelyAlerts lonely;
  private final String instance;
  private final ScheduledExecutorService ticks =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("alerts").daemon().factory());
  private Set<String> reported = Set.of();
  private int idle;

  Alerts(
      Troubles troubles,
      AlertBoard board,
      Webhook webhook,
      @ConfigProperty(name = "HOSTNAME") Optional<String> host) {
    this.troubles = troubles;
    this.board = board;
    this.webhook = webhook;
    this.instance = host.orElse("instance") + "/" + UUID.randomUUID().toString().substring(0, 4);
    this.lonely = new LonelyAlerts(instance);
  }

  void start(@Observes StartupEvent event) {
    ticks.scheduleWithFixedDelay(this::tick, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
  }

  void stop(@Observes ShutdownEvent event) {
    ticks.shutdownNow();
  }

  private void tick() {
    try {
      tell(troubles.now());
    } catch (RuntimeException e) {
      // thrown on, it would end the watch for good
      LOG.error("The alerts could not be looked at", e);
    }
  }

  private void tell(Map<String, String> on) {
    boolean quiet = on.isEmpty() && reported.isEmpty() && lonely.isEmpty() && !webhook.isFailing();
    if (quiet && ++idle % IDLE_PERIODS != 0) {
      return;
    }
    try {
      if (quiet && board.isEmpty()) {
        return;
      }
      board.report(instance, on, lonely.told()).forEach(Alerts::log);
      reported = new HashSet<>(on.keySet());
      // the board never knew of what was told without it and is over already
      lonely.changes(on, on.keySet()).forEach(Alerts::log);
      lonely.handedOver();
      lonely.tell(webhook::tell);
      Outcome next = board.tellNext(webhook::tell);
      while (next == Outcome.TOLD) {
        next = board.tellNext(webhook::tell);
      }
      if (next == Outcome.NOTHING && lonely.isEmpty()) {
        webhook.nothingWaits();
      }
    } catch (SQLException | RuntimeException e) {
      LOG.debug("The board is out of reach", e);
      lonely.changes(on, reported).forEach(Alerts::log);
      lonely.tell(webhook::tell);
    }
  }

  private static void log(AlertMessage message) {
    LOG.log(message.firing() ? Logger.Level.WARN : Logger.Level.INFO, message.text());
  }
}
