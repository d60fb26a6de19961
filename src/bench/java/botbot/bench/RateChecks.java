package botbot.bench;

import botbot.testing.Api;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rate checks: against the peer, against checks that no policy is for, which cost the same request
 * and no Redis, and with more and fewer policies.
 */
final class RateChecks {
  private static final int SUBJECTS = 10_000;
  private static final int POLICIES = Integer.getInteger("policies", 10_000);
  private static final Requests ADMITTED = Requests.checks("admitted", SUBJECTS);

  private RateChecks() {}

  static void run(Report report) throws IOException {
    try (Stage stage = Stage.launch(Stage.JAR)) {
      String key = stage.key("default");
      Target ours = stage.ours(key);
      Target peer = stage.peer().target();
      policies(stage.admin(), "admitted", 1);
      policies(stage.admin(), "five", 5);
      policies(stage.admin(), "twenty", 20);
      policy(stage.admin(), "denied", "denied", 1, 3_600_000);
      List<Comparison> rows = new ArrayList<>();
      rows.add(admitted("", ours, peer, 32, "≥ 3"));
      rows.add(admitted("", ours, peer, 256, "≥ 3.5"));
      rows.add(against("admitted, one subject", Requests.checks("admitted", 1), ours, peer));
      rows.add(
          against(
              "denied, many subjects", Requests.checks("denied", SUBJECTS).refused(), ours, peer));
      rows.add(against("denied, one subject", Requests.checks("denied", 1).refused(), ours, peer));
      rows.add(
          new Comparison(
              "admitted, many subjects, against no policy",
              ADMITTED.at(ours, 32),
              Requests.checks("none", SUBJECTS).at(ours, 32),
              ""));
      rows.add(policies("5 policies match, against 1", "five", ours));
      rows.add(policies("20 policies match, against 1", "twenty", ours));
      rows.add(manyPolicies(stage));
      denies(stage.admin().withKey(key));
      denies(stage.peer().api());
      Rounds.measure(report, rows);
      Executable.measure(
          report,
          stage,
          key,
          executable ->
              List.of(
                  admitted("executable: ", executable, peer, 32, "≥ 2"),
                  admitted("executable: ", executable, peer, 256, "≥ 2")));
    }
  }

  private static Comparison admitted(
      String what, Target ours, Target peer, int connections, String goal) {
    return new Comparison(
        what + "admitted, many subjects, " + connections + " connections",
        ADMITTED.at(ours, connections),
        ADMITTED.at(peer, connections),
        goal);
  }

  private static Comparison against(String measure, Requests requests, Target ours, Target peer) {
    return new Comparison(measure, requests.at(ours, 32), requests.at(peer, 32), "");
  }

  private static Comparison policies(String measure, String endpoint, Target ours) {
    return new Comparison(
        measure, Requests.checks(endpoint, SUBJECTS).at(ours, 32), ADMITTED.at(ours, 32), "");
  }

  /** Three policies match on both sides, of which one space has many others. */
  private static Comparison manyPolicies(Stage stage) {
    Requests checks = Requests.checks("three", SUBJECTS);
    policies(stage.admin().inSpace("few"), "three", 3);
    Api many = stage.admin().inSpace("many");
    // one by one they would take minutes: each write of a policy reads all
    stage
        .postgres()
        .query(
            """
            insert into policy (space, name, tier, endpoint, max_units, window_ms, algorithm,
                on_outage, shadow, enabled, version)
              select 'many', 'other-' || n, '*', 'other-' || n, 1, 60000, 'SLIDING_WINDOW',
                     'LOCAL', false, true, 1
                from generate_series(1, %d) n"""
                .formatted(POLICIES - 3));
    // and with these three all are in force
    policies(many, "three", 3);
    return new Comparison(
        "3 policies match of %,d, against 3 of 3".formatted(POLICIES),
        checks.at(stage.ours(stage.key("many")), 32),
        checks.at(stage.ours(stage.key("few")), 32),
        "");
  }

  /** The second check of a subject is refused: what is measured must not be any other refusal. */
  private static void denies(Api api) {
    String check = "{\"subject\":\"user-1\",\"endpoint\":\"denied\"}";
    api.post("/v1/rate-checks", check).expect(200);
    api.post("/v1/rate-checks", check).expect(429);
  }

  /** As many policies for one endpoint, none of which denies. */
  private static void policies(Api api, String endpoint, int count) {
    IntStream.range(0, count)
        .forEach(i -> policy(api, endpoint + "-" + i, endpoint, 1_000_000_000, 60_000));
  }

  private static void policy(Api api, String name, String endpoint, long limit, long windowMs) {
    api.put(
            "/v1/rate-policies/" + name,
            "{\"tier\":\"*\",\"endpoint\":\"%s\",\"limit\":%d,\"windowMs\":%d}"
                .formatted(endpoint, limit, windowMs))
        .expect(201);
  }
}
