package botbot.bench;

import botbot.testing.Api;
import botbot.testing.Backends;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * This version against the one released before it, each on servers of its own. Where a busy machine
 * moves the ratios, processor time of a request moves least.
 */
final class Versions {

  private Versions() {}

  static void run(Report report) {
    Wrk.need();
    Path released = released();
    try (PostgresServer postgresBefore = PostgresServer.launch();
        PostgresServer postgres = PostgresServer.launch();
        RedisServer redisBefore = RedisServer.launch();
        RedisServer redis = RedisServer.launch()) {
      Supplier<ServiceInstance> now = () -> start(Stage.JAR, postgres, redis);
      Supplier<ServiceInstance> before = () -> start(released, postgresBefore, redisBefore);
      starts(report, now, before);
      throughput(report, now, before);
    }
  }

  private static ServiceInstance start(Path jar, PostgresServer postgres, RedisServer redis) {
    return ServiceInstance.launchJar(
        "versions", jar, ServiceInstance.environment(postgres.jdbcUrl(), redis.url()));
  }

  /** How long each takes until it is ready, one right after the other. */
  private static void starts(
      Report report, Supplier<ServiceInstance> now, Supplier<ServiceInstance> before) {
    // those migrate, and are not counted
    Footprint.readyAfter(now);
    Footprint.readyAfter(before);
    List<Double> ours = new ArrayList<>();
    List<Double> peers = new ArrayList<>();
    for (int start = 0; start < Footprint.STARTS; start++) {
      Rounds.inTurn(
          start,
          () -> ours.add(Footprint.readyAfter(now)),
          () -> peers.add(Footprint.readyAfter(before)));
    }
    report.compared("ready after", ours, peers, " ms", Report.NONE);
  }

  private static void throughput(
      Report report, Supplier<ServiceInstance> nows, Supplier<ServiceInstance> befores) {
    try (ServiceInstance before = befores.get().awaitReady();
        ServiceInstance now = nows.get().awaitReady()) {
      Target peer = prepared(before);
      Target ours = prepared(now);
      // one after the other: reads that follow writes are another thing to measure
      for (Comparison comparison :
          List.of(
              both("rate check, admitted", Requests.checks("bench", Sessions.COUNT), ours, peer),
              both("session, cached", Requests.get(Sessions.PATH, Sessions.COUNT), ours, peer),
              both(
                  "PUT of a session",
                  Requests.put(Sessions.PATH, Sessions.BODY, Sessions.COUNT),
                  ours,
                  peer))) {
        Rounds.measure(report, List.of(comparison));
      }
    }
  }

  /**
   * Builds the version before, as {@code src/bench/run} does this one, and answers with its jar.
   */
  static Path released() {
    String said = Tool.output("src/test/released/build", "-Dquarkus.package.jar.type=aot-jar");
    if (!Files.exists(ServiceInstance.released())) {
      throw new IllegalStateException(said);
    }
    return ServiceInstance.released();
  }

  private static Target prepared(ServiceInstance instance) {
    Api admin = instance.api();
    String policy =
        "{\"tier\":\"*\",\"endpoint\":\"bench\",\"limit\":1000000000,\"windowMs\":60000}";
    admin.put("/v1/rate-policies/bench", policy).expect(201);
    Sessions.fill(admin);
    return Stage.target(instance, Backends.ADMIN_KEY);
  }

  private static Comparison both(String measure, Requests requests, Target ours, Target peer) {
    return new Comparison(measure, requests.at(ours, 32), requests.at(peer, 32), Report.NONE);
  }
}
