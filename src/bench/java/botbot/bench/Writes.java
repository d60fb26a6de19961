package botbot.bench;

import java.io.IOException;
import java.util.List;

/** Writes at 32 connections against the peer, and against what PostgreSQL alone can do. */
final class Writes {
  private static final int CONNECTIONS = 32;
  private static final String PREFERENCES =
      "{\"preferences\":{\"lang\":\"en\",\"theme\":\"dark\"}}";

  private Writes() {}

  static void run(Report report) throws IOException {
    PgBench.need();
    try (Stage stage = Stage.launch(Stage.JAR)) {
      Target ours = stage.ours(stage.key("default"));
      Target peer = stage.peer().target();
      Sessions.fill(stage.admin());
      Sessions.fill(stage.peer().api());
      Requests put = Requests.put(Sessions.PATH, Sessions.BODY, Sessions.COUNT);
      Requests patch =
          Requests.mergePatch(Sessions.PATH, "{\"data\":{\"step\":2}}", Sessions.COUNT);
      Requests preferences =
          Requests.put("/v1/users/user-#/preferences", PREFERENCES, Sessions.COUNT);
      Rounds.measure(
          report,
          List.of(
              both("PUT of a session", put, ours, peer, "≥ 1"),
              both("PATCH of a session (merge patch)", patch, ours, peer, "≥ 1"),
              both(
                  "POST of a session",
                  Requests.post("/v1/sessions", Sessions.BODY),
                  ours,
                  peer,
                  "≥ 1"),
              both("PUT of preferences", preferences, ours, peer, "≥ 1"),
              both(
                  "PUT of one hot session",
                  Requests.put("/v1/sessions/hot", Sessions.BODY, 1),
                  ours,
                  peer,
                  "≥ 0.6"),
              new Comparison(
                  "PUT of a session, against pgbench's upsert",
                  put.at(ours, CONNECTIONS),
                  PgBench.upserts(stage.postgres(), CONNECTIONS),
                  "≥ 0.3")));
    }
  }

  private static Comparison both(
      String measure, Requests requests, Target ours, Target peer, String goal) {
    return new Comparison(
        measure, requests.at(ours, CONNECTIONS), requests.at(peer, CONNECTIONS), goal);
  }
}
