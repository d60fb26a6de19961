package botbot.bench;

import botbot.testing.Api;
import botbot.testing.Backends;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * This version against the one released before it, each on servers of its own. Where a busy machine
 * moves the ratios, processor time of a request moves least.
 */
final class Versions {

  private Versions() {}

  static void run(Report report) {
    Wrk.need();
    try (PostgresServer postgresBefore = PostgresServer.launch();
        PostgresServer postgres = PostgresServer.launch();
        RedisServer redisBefore = RedisServer.launch();
        RedisServer redis = RedisServer.launch();
        ServiceInstance before =
            ServiceInstance.launchJar(
                    "before",
                    released(),
                    ServiceInstance.environment(postgresBefore.jdbcUrl(), redisBefore.url()))
                .awaitReady();
        ServiceInstance now = ServiceInstance.launch("now", postgres, redis)) {
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

  /** Builds the version before and answers with its jar. */
  static Path released() {
    String said = Tool.output("src/test/released/build");
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
