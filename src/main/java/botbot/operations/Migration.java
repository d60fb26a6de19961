package botbot.operations;

import botbot.http.DatabaseFaults;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Brings the schema up to date: at once where PostgreSQL is reachable when the service starts, else
 * in the background as soon as it is. A migration that fails for another reason stops the service,
 * since nothing would work.
 */
@ApplicationScoped
class Migration {

  private static final Logger LOG = Logger.getLogger(Migration.class);

  private final Flyway flyway;
  private final MigrationConfig config;
  private volatile @Nullable Thread waiting;

  @Inject
  Migration(Flyway flyway, MigrationConfig config) {
    this.flyway = flyway;
    this.config = config;
  }

  void start(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) StartupEvent event) {
    if (!config.migrateAtStart() && !config.migrateOnly()) {
      return;
    }
    try {
      if (migrated()) {
        done();
      } else {
        LOG.warnf("PostgreSQL is not reachable, trying again in %s", config.firstDelay());
        waiting = Thread.ofVirtual().name("migration").start(this::retry);
      }
    } catch (FlywayException broken) {
      tell(broken);
      // of such a one the framework prints the words alone, without a trace
      throw new ConfigurationException("The service ends, since its schema cannot be migrated.");
    }
  }

  void stop(@Observes ShutdownEvent event) {
    Thread thread = waiting;
    if (thread != null) {
      thread.interrupt();
    }
  }

  private void retry() {
    Duration delay = config.firstDelay();
    try {
      do {
        Thread.sleep(delay);
        Duration twice = delay.multipliedBy(2);
        delay = twice.compareTo(config.maxDelay()) < 0 ? twice : config.maxDelay();
      } while (!migrated());
      LOG.info("PostgreSQL is reachable, the schema is up to date");
      done();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (FlywayException broken) {
      tell(broken);
      Quarkus.asyncExit(1);
    }
  }

  /** Its words name the script, the statement and the error of PostgreSQL. */
  private static void tell(FlywayException broken) {
    LOG.errorf("The schema cannot be migrated: %s", broken.getMessage());
    LOG.debug("The schema cannot be migrated", broken);
  }

  private void done() {
    if (config.migrateOnly()) {
      LOG.info("The schema is up to date, and that was all there was to do");
      Quarkus.asyncExit(0);
    }
  }

  /** Whether PostgreSQL was reachable, and now has the schema. */
  private boolean migrated() {
    try {
      flyway.migrate();
      return true;
    } catch (FlywayException fault) {
      if (!DatabaseFaults.isUnreachable(fault) && !isMendedFromOutside(fault)) {
        throw fault;
      }
      LOG.debug("PostgreSQL is not reachable", fault);
      return false;
    }
  }

  /** A password may be on its way while it is changed; a job tells of it and ends. */
  private boolean isMendedFromOutside(FlywayException fault) {
    return DatabaseFaults.isLoginRefused(fault) && !config.migrateOnly();
  }
}
