package botbot.operations;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.time.Duration;

/** How the schema is brought up to date. */
@ConfigMapping(prefix = "botbot")
interface MigrationConfig {

  /** Whether the service migrates the schema itself; off where somebody else does it before. */
  @WithName("migrate-at-start")
  @WithDefault("true")
  boolean migrateAtStart();

  /**
   * Whether to migrate and end, with status 0 if the schema is up to date: a job, not a service.
   */
  @WithName("migrate-only")
  @WithDefault("false")
  boolean migrateOnly();

  /** The first wait after PostgreSQL was not reachable; each further one is twice as long. */
  @WithName("migration.first-delay")
  @WithDefault("250ms")
  Duration firstDelay();

  /** The longest wait between two attempts. */
  @WithName("migration.max-delay")
  @WithDefault("5s")
  Duration maxDelay();
}
