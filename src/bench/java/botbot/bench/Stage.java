package botbot.bench;

import botbot.testing.Api;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The service and the peer on one PostgreSQL and one Redis, none of which waits for a disk; beside
 * them the executable, where one was built.
 */
record Stage(
    PostgresServer postgres,
    RedisServer redis,
    ServiceInstance service,
    Optional<ServiceInstance> executable,
    Peer peer)
    implements AutoCloseable {

  private static final Path TARGET = Path.of("target");

  /** The service as {@code ./mvnw package} makes it. */
  static final Path JAR = TARGET.resolve("quarkus-app/quarkus-run.jar").toAbsolutePath();

  /** Starts all of them, the service from a jar, and waits until they answer. */
  static Stage launch(Path jar) {
    return launch(jar, Map.of());
  }

  /** The same with more in the environment of the service. */
  static Stage launch(Path jar, Map<String, String> more) {
    Wrk.need();
    Peer.need();
    PostgresServer postgres = PostgresServer.launch();
    RedisServer redis = RedisServer.launch();
    Map<String, String> environment = ServiceInstance.environment(postgres.jdbcUrl(), redis.url());
    environment.putAll(more);
    ServiceInstance service = ServiceInstance.launchJar("bench", jar, environment).awaitReady();
    Optional<ServiceInstance> executable =
        builtExecutable()
            .map(file -> ServiceInstance.launchExecutable("bench-native", file, environment))
            .map(ServiceInstance::awaitReady);
    return new Stage(postgres, redis, service, executable, Peer.start(postgres, redis));
  }

  /** What {@code ./mvnw package -Dnative} has made, if it was run. */
  static Optional<Path> builtExecutable() {
    try (Stream<Path> built = Files.list(TARGET)) {
      return built
          .filter(file -> file.toString().endsWith("-runner"))
          .map(Path::toAbsolutePath)
          .findAny();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The service as its administrator calls it. */
  Api admin() {
    return service.api();
  }

  /** A key of a front end of a space. */
  String key(String space) {
    String client =
        "{\"name\":\"%s-bench\",\"roles\":[\"frontend\"],\"space\":\"%s\"}".formatted(space, space);
    return admin().post("/v1/clients", client).expect(201).json().get("key").asText();
  }

  /** The service, called with a key. */
  Target ours(String key) {
    return target(service, key);
  }

  static Target target(ServiceInstance service, String key) {
    return new Target(service.api().uri("").toString(), key, service.process());
  }

  @Override
  public void close() {
    peer.close();
    executable.ifPresent(ServiceInstance::close);
    service.close();
    redis.close();
    postgres.close();
  }
}
