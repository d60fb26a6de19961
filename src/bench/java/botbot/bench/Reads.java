package botbot.bench;

import botbot.testing.Api;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Cached reads: against the peer, which answers the same bytes from Redis, and against an answer of
 * the service that costs the same caller and needs no lookup.
 */
final class Reads {
  private static final int BATCH = 100;
  private static final Requests CACHED = Requests.get(Sessions.PATH, Sessions.COUNT);

  private Reads() {}

  static void run(Report report) throws IOException {
    try (Stage stage = Stage.launch(ConstantAnswers.build())) {
      fill(stage);
      String key = stage.key("default");
      Target ours = stage.ours(key);
      Target peer = stage.peer().target();
      Side constant = Requests.get("/v1/constant/any", 1).at(ours, 32);
      List<Comparison> rows = new ArrayList<>();
      rows.add(cached("", ours, peer, 32, "≥ 1.4"));
      rows.add(cached("", ours, peer, 256, "≥ 1.8"));
      rows.add(
          new Comparison(
              "session, cached, 32 connections, against a constant answer",
              CACHED.at(ours, 32),
              constant,
              "≥ 0.85"));
      rows.add(
          new Comparison(
              "setting, from memory, against a constant answer",
              Requests.get("/v1/settings/bench", 1).at(ours, 32),
              constant,
              "≥ 0.95"));
      rows.add(
          new Comparison(
              "agent, from memory, against a constant answer",
              Requests.get("/v1/agents/bench/config", 1).at(ours, 32),
              constant,
              "≥ 0.95"));
      Side batch = batch(ours);
      rows.add(
          new Comparison(
              "100 sessions by batch-get, against one GET after the other",
              batch,
              CACHED.at(ours, 1),
              "≥ 15"));
      rows.add(
          new Comparison(
              "the same against GETs of 32 connections at once", batch, CACHED.at(ours, 32), ""));
      Rounds.measure(report, rows);
      Executable.measure(
          report,
          stage,
          key,
          executable ->
              List.of(
                  cached("executable: ", executable, peer, 32, "≥ 1"),
                  cached("executable: ", executable, peer, 256, "≥ 1.2")));
    }
  }

  /** Sessions, the answers about them in the peer's part of Redis, a setting and an agent. */
  private static void fill(Stage stage) {
    Api admin = stage.admin();
    Sessions.fill(admin);
    Callers.each(
        Sessions.COUNT,
        i ->
            stage
                .redis()
                .command(
                    "SET",
                    "peer:session:s" + (i + 1),
                    admin.get(Sessions.path(i + 1)).expect(200).body()));
    admin.put("/v1/settings/bench", "{\"value\":" + Sessions.KIBIBYTE + "}").expect(201);
    admin.put("/v1/agents/bench/config", "{\"config\":" + Sessions.KIBIBYTE + "}").expect(201);
  }

  private static Comparison cached(
      String what, Target ours, Target peer, int connections, String goal) {
    return new Comparison(
        what + "session, cached, " + connections + " connections",
        CACHED.at(ours, connections),
        CACHED.at(peer, connections),
        goal);
  }

  /** Counted by sessions. */
  private static Side batch(Target ours) {
    String ids =
        IntStream.rangeClosed(1, BATCH)
            .mapToObj(i -> "\"s" + i + "\"")
            .collect(Collectors.joining(",", "{\"ids\":[", "]}"));
    return Requests.post("/v1/sessions/batch-get", ids).at(ours, 1).each(BATCH);
  }
}
