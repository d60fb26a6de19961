package botbot.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * How long single requests take under partial load: a mix of six cached reads, three rate checks
 * and one write in ten, 2,000 in a second, for a minute in rounds. The jar runs as in its image;
 * the first round is of a service that has just started.
 */
final class Latency {
  private static final int PER_SECOND = Integer.getInteger("per-second", 2_000);
  private static final Duration ROUND =
      Duration.ofSeconds(Math.max(1, Integer.getInteger("seconds", 60 / Rounds.ROUNDS)));
  private static final Map<String, Double> SHARES = new LinkedHashMap<>();

  static {
    SHARES.put("p50", 0.5);
    SHARES.put("p99", 0.99);
    SHARES.put("p99.9", 0.999);
  }

  private Latency() {}

  static void run(Report report) throws IOException {
    try (Stage stage = Stage.launch(Stage.JAR, AotCache.environment())) {
      String policy =
          "{\"tier\":\"*\",\"endpoint\":\"admitted\",\"limit\":1000000000,\"windowMs\":60000}";
      stage.admin().put("/v1/rate-policies/admitted", policy).expect(201);
      Sessions.fill(stage.admin());
      Sessions.fill(stage.peer().api());
      String key = stage.key("default");
      compare(report, "", stage.ours(key), stage.peer().target());
      if (stage.executable().isPresent()) {
        Target executable = Stage.target(stage.executable().orElseThrow(), key);
        compare(report, "executable: ", executable, stage.peer().target());
      }
    }
  }

  private static void compare(Report report, String what, Target ours, Target peer) {
    String measure = "%s%,d/s of all kinds".formatted(what, PER_SECOND);
    compare(report, measure + ", just started", List.of(run(ours)), List.of(run(peer)), "");
    List<Arrivals> rounds = new ArrayList<>();
    List<Arrivals> peersRounds = new ArrayList<>();
    for (int round = 0; round < Rounds.ROUNDS; round++) {
      Rounds.inTurn(round, () -> rounds.add(run(ours)), () -> peersRounds.add(run(peer)));
    }
    compare(report, measure, rounds, peersRounds, "≤ 1");
  }

  private static void compare(
      Report report,
      String measure,
      List<Arrivals> rounds,
      List<Arrivals> peersRounds,
      String goal) {
    SHARES.forEach(
        (name, share) ->
            report.compared(
                measure + ": " + name,
                rounds.stream().map(round -> round.millis(share)).toList(),
                peersRounds.stream().map(round -> round.millis(share)).toList(),
                " ms",
                goal));
    report.row(measure + ": not answered 2xx", failed(rounds), failed(peersRounds), "", "", "0");
  }

  private static Arrivals run(Target target) {
    return Arrivals.run(PER_SECOND, ROUND, i -> request(target, i));
  }

  private static String failed(List<Arrivals> rounds) {
    return "" + rounds.stream().mapToInt(Arrivals::failed).sum();
  }

  private static HttpRequest request(Target target, int number) {
    int id = 1 + new SplittableRandom(number).nextInt(Sessions.COUNT);
    String session = Sessions.path(id);
    return switch (number % 10) {
      case 0 -> json(target, session).PUT(BodyPublishers.ofString(Sessions.BODY)).build();
      case 1, 4, 7 ->
          json(target, "/v1/rate-checks")
              .POST(
                  BodyPublishers.ofString(
                      "{\"subject\":\"user-" + id + "\",\"endpoint\":\"admitted\"}"))
              .build();
      default -> to(target, session).build();
    };
  }

  private static HttpRequest.Builder json(Target target, String path) {
    return to(target, path).header("Content-Type", "application/json");
  }

  private static HttpRequest.Builder to(Target target, String path) {
    return HttpRequest.newBuilder(URI.create(target.url() + path))
        .header("Authorization", "Bearer " + target.key())
        .timeout(Duration.ofSeconds(10));
  }
}
