package botbot.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * The packaged service as a process of its own: {@code java -jar target/quarkus-app/…}, or with
 * {@code -Dnative} its executable, on a free port, its log kept under the build directory. For
 * tests that run after packaging ({@code *IT}).
 */
public final class ServiceInstance implements AutoCloseable {
  private static final AtomicBoolean SAID = new AtomicBoolean();

  private final ServerProcess process;
  private final Map<String, String> environment;
  private final Api api;
  private final List<String> command;

  private ServiceInstance(
      String name, int port, List<String> command, Map<String, String> environment) {
    this.command = command;
    this.process = new ServerProcess(Homes.kept(name));
    this.environment = environment;
    this.api = Api.at("http://127.0.0.1:" + port, Backends.ADMIN_KEY);
  }

  /** Starts an instance on both backends and waits until it is ready. */
  public static ServiceInstance launch(String name, PostgresServer postgres, RedisServer redis) {
    return launch(name, environment(postgres.jdbcUrl(), redis.url())).awaitReady();
  }

  /** The environment that names the backends; the caller may add to it. */
  public static Map<String, String> environment(String jdbcUrl, String redisUrl) {
    Map<String, String> environment = new HashMap<>();
    environment.put("QUARKUS_DATASOURCE_JDBC_URL", jdbcUrl);
    environment.put("QUARKUS_DATASOURCE_USERNAME", "postgres");
    environment.put("QUARKUS_DATASOURCE_PASSWORD", "none");
    environment.put("QUARKUS_REDIS_HOSTS", redisUrl);
    environment.put("BOTBOT_ADMIN_KEY", Backends.ADMIN_KEY);
    return environment;
  }

  /** Starts an instance with an environment on a free port, and waits for nothing. */
  public static ServiceInstance launch(String name, Map<String, String> environment) {
    return launch(name, "512m", environment);
  }

  /** The same with a heap of a size, as the JVM takes it. */
  public static ServiceInstance launch(String name, String heap, Map<String, String> environment) {
    return launch(name, command(heap), environment);
  }

  /** The jar of the version before, where {@code src/test/released/build} has built it. */
  public static Path released() {
    return Homes.build().resolve("released/target/quarkus-app/quarkus-run.jar");
  }

  /** Starts an instance of another build of the service, as {@link #launch} does. */
  public static ServiceInstance launchJar(String name, Path jar, Map<String, String> environment) {
    return launch(name, jarCommand(jar, "512m"), environment);
  }

  /** The same for an executable, with the heap that it takes by itself. */
  public static ServiceInstance launchExecutable(
      String name, Path executable, Map<String, String> environment) {
    return launch(name, List.of(executable.toString()), environment);
  }

  private static ServiceInstance launch(
      String name, List<String> command, Map<String, String> environment) {
    int port = Ports.free();
    Map<String, String> all = new HashMap<>(environment);
    all.put("PORT", "" + port);
    return new ServiceInstance(name, port, command, all).start();
  }

  /** Starts it again on the same port after it was stopped or killed. */
  public ServiceInstance start() {
    process.start(command, environment);
    return this;
  }

  /** Whether the packaged service is an executable. */
  public static boolean isExecutable() {
    return !executable().isEmpty();
  }

  private static String executable() {
    return System.getProperty("native.image.path", "");
  }

  private static List<String> command(String heap) {
    String executable = executable();
    if (SAID.compareAndSet(false, true)) {
      System.out.println(
          "The packaged service is "
              + (executable.isEmpty() ? "the jar, no -Dnative" : executable));
    }
    if (!executable.isEmpty()) {
      return List.of(executable, "-Xmx" + heap);
    }
    return jarCommand(Homes.build().resolve("quarkus-app/quarkus-run.jar"), heap);
  }

  private static List<String> jarCommand(Path jar, String heap) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return List.of(java, "-Xmx" + heap, "-jar", jar.toString());
  }

  /** Settings of an instance whose PostgreSQL and Redis are away. */
  public static Map<String, String> environmentWithoutBackends() {
    String nowhere = "127.0.0.1:" + Ports.free();
    return environment("jdbc:postgresql://" + nowhere + "/postgres", "redis://" + nowhere);
  }

  /** Waits until it answers, ready or not. */
  public ServiceInstance awaitLive() {
    return await("answer", "/q/health/live");
  }

  /** Waits until it says that it is ready. */
  public ServiceInstance awaitReady() {
    return await("be ready", "/q/health/ready");
  }

  private ServiceInstance await(String what, String path) {
    Awaitility.await("the instance to " + what + "; its log: " + process.log())
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(() -> api.get(path).status() == 200);
    return this;
  }

  /** The instance's HTTP interface, as the administrator. */
  public Api api() {
    return api;
  }

  /** All it has logged so far. */
  public String log() {
    try {
      return Files.readString(process.log());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The lines of its log that are errors. */
  public List<String> errors() {
    return log().lines().filter(line -> line.contains("\"level\":\"ERROR\"")).toList();
  }

  /** The names of its threads, as the system knows them: 15 characters at most. */
  public Set<String> threads() throws IOException {
    Path tasks = Path.of("/proc/" + process().pid() + "/task");
    Set<String> names = new TreeSet<>();
    try (Stream<Path> threads = Files.list(tasks)) {
      for (Path thread : threads.toList()) {
        names.add(Files.readString(thread.resolve("comm")).strip());
      }
    }
    return names;
  }

  /** The process, which must be alive. */
  public ProcessHandle process() {
    return process.process().orElseThrow();
  }

  /** Whether the process lives, frozen or not. */
  public boolean isRunning() {
    return process.process().isPresent();
  }

  /** With what code it ended; waits until it has. */
  public int exitCode() {
    return process.exitCode();
  }

  /** Asks it to end in order (SIGTERM) and waits until it has. */
  public void stop() {
    process.stop("TERM");
  }

  /** The same, for so long. */
  void stop(Duration patience) {
    process.stop("TERM", patience);
  }

  /** Sends SIGTERM and does not wait. */
  public void terminate() {
    process.signal("TERM");
  }

  /** Ends it at once. */
  public void kill() {
    process.kill();
  }

  /** Stops it in its tracks until the result is closed. */
  public Frozen freeze() {
    return process.freeze();
  }

  @Override
  public void close() {
    kill();
  }
}
