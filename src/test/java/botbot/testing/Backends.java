package botbot.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * One PostgreSQL and one Redis for all {@code @QuarkusTest} classes of a run:
 *
 * <pre>{@code @WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)}</pre>
 *
 * <p>A test that breaks one of them mends it before it ends.
 */
public final class Backends implements QuarkusTestResourceLifecycleManager {
  /** The key of the administrator in tests. */
  public static final String ADMIN_KEY = "test-admin-key";

  // Quarkus may load the test and this class by different loaders: only the homes are shared. Not
  // under "botbot.", where the service refuses what it does not know.
  private static final String POSTGRES = "testing.postgres.home";
  private static final String REDIS = "testing.redis.home";

  @Override
  public Map<String, String> start() {
    if (System.getProperty(POSTGRES) == null) {
      Path postgres = Homes.temporary("postgres");
      PostgresServer.create(postgres, Ports.free(), "fsync=off", "full_page_writes=off").start();
      Path redis = Homes.temporary("redis");
      RedisServer.create(redis, Ports.free()).start();
      System.setProperty(POSTGRES, postgres.toString());
      System.setProperty(REDIS, redis.toString());
    }
    return settings();
  }

  @Override
  public void stop() {
    if (System.getProperty(POSTGRES) != null) {
      redis().close();
      postgres().close();
      System.clearProperty(POSTGRES);
      System.clearProperty(REDIS);
    }
  }

  /** The PostgreSQL of this run. */
  public static PostgresServer postgres() {
    return PostgresServer.at(Path.of(System.getProperty(POSTGRES)));
  }

  /** The Redis of this run. */
  public static RedisServer redis() {
    return RedisServer.at(Path.of(System.getProperty(REDIS)));
  }

  private static Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("quarkus.datasource.jdbc.url", postgres().jdbcUrl());
    settings.put("quarkus.datasource.username", "postgres");
    settings.put("quarkus.datasource.password", "none");
    settings.put("quarkus.redis.hosts", redis().url());
    settings.put("quarkus.http.test-port", "0");
    settings.put("botbot.admin-key", ADMIN_KEY);
    return settings;
  }
}
