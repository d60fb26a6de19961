package botbot.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;

/**
 * The PostgreSQL and the Redis of the development command. They run until Maven ends, keep their
 * data in {@code .dev}, and stay away where the environment names a server to use instead.
 */
public final class DevelopmentServers {
  private static final String ADMIN_KEY = "dev-admin-key";
  private static final Path HOME = Path.of(".dev").toAbsolutePath();
  private static final Path SETTINGS = Path.of("target", "dev.properties");

  private DevelopmentServers() {}

  /** Starts the servers and says in {@code target/dev.properties} where they are. */
  public static void main(String[] arguments) throws IOException {
    int port = Integer.parseInt(environment("PORT").orElse("8080"));
    FileLock lock = lock();
    service().stopOrphan("java", "TERM");
    if (!Ports.isFree(port)) {
      throw new IllegalStateException("Port " + port + " is taken: set PORT to a free one.");
    }
    List<String> settings = new ArrayList<>();
    // above the application's own properties, below the environment
    settings.add("config_ordinal=260");
    settings.add("botbot.admin-key=" + ADMIN_KEY);
    if (environment("QUARKUS_DATASOURCE_JDBC_URL").isEmpty()) {
      settings.add("quarkus.datasource.jdbc.url=" + postgres().jdbcUrl());
      settings.add("quarkus.datasource.username=postgres");
      settings.add("quarkus.datasource.password=none");
    }
    if (environment("QUARKUS_REDIS_HOSTS").isEmpty()) {
      settings.add("quarkus.redis.hosts=" + redis().url());
    }
    Files.createDirectories(SETTINGS.getParent());
    Files.write(SETTINGS, settings);
    afterwards(() -> welcome(port, lock));
  }

  private static PostgresServer postgres() {
    Path home = HOME.resolve("postgres");
    PostgresServer.at(home).stopOrphan();
    return PostgresServer.create(home, Ports.free()).start();
  }

  private static RedisServer redis() {
    Path home = HOME.resolve("redis");
    RedisServer.at(home).stopOrphan();
    return RedisServer.create(home, Ports.free(), "appendonly yes").start();
  }

  // one run at a time: a second one must not take the first one's servers for orphans
  private static FileLock lock() throws IOException {
    Files.createDirectories(HOME);
    FileChannel file =
        FileChannel.open(HOME.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = file.tryLock();
    if (lock == null) {
      throw new IllegalStateException("The development command is running here already.");
    }
    return lock;
  }

  // Maven waits for the threads of this thread group before it goes on to start the service
  private static void afterwards(Runnable task) {
    ThreadGroup root = Thread.currentThread().getThreadGroup();
    while (root.getParent() != null) {
      root = root.getParent();
    }
    Thread thread = new Thread(root, task, "development-servers");
    thread.setDaemon(true);
    thread.start();
  }

  private static void welcome(int port, FileLock lock) {
    String base = "http://localhost:" + port;
    awaitReady(URI.create(base + "/q/health/ready"));
    String key = environment("BOTBOT_ADMIN_KEY").orElse(ADMIN_KEY);
    System.out.printf(
        """

        BotBot State listens on %1$s (documentation: %1$s/q/swagger-ui)
        The administrator's key is %2$s. Try:

        curl -i %1$s/v1/sessions -H 'Authorization: Bearer %2$s' \
        -H 'Content-Type: application/json' -d '{"userId": "ada", "data": {"step": 1}}'

        """,
        base, key);
    System.out.flush();
    holdForever(lock);
  }

  private static void awaitReady(URI ready) {
    HttpRequest request = HttpRequest.newBuilder(ready).timeout(Duration.ofSeconds(5)).build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      Awaitility.await("the service to be ready")
          .forever()
          .pollInterval(Duration.ofMillis(200))
          .ignoreExceptions()
          .until(
              () -> {
                watchService();
                return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
              });
    }
  }

  private static void holdForever(FileLock lock) {
    Awaitility.await("the end of Maven")
        .forever()
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              watchService();
              return !lock.isValid();
            });
  }

  // the service is started by Maven, and again where its command line changes
  private static void watchService() {
    ProcessHandle.current()
        .children()
        .filter(child -> child.info().command().filter(c -> c.endsWith("java")).isPresent())
        .forEach(service()::adopt);
  }

  private static ServerProcess service() {
    return new ServerProcess(HOME.resolve("service"));
  }

  private static Optional<String> environment(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
  }
}
