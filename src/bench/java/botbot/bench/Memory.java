package botbot.bench;

import botbot.testing.Api;
import botbot.testing.RedisServer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a session of 1 KiB and a counter cost of Redis' memory. */
final class Memory {
  private static final int COUNT = Integer.getInteger("count", 100_000);
  private static final int SAMPLE = 100;
  private static final int BATCH = 250;
  private static final String CHECK = "{\"subject\":\"%s-%d\",\"endpoint\":\"counted\"}";

  /** Bytes for each of what was stored: by all memory in use, and by what Redis says of keys. */
  private record Bytes(double used, double key) {}

  private Memory() {}

  static void run(Report report) {
    try (Stage stage = Stage.launch(Stage.JAR)) {
      String policy =
          "{\"tier\":\"*\",\"endpoint\":\"counted\",\"limit\":1000000000,\"windowMs\":3600000}";
      stage.admin().put("/v1/rate-policies/counted", policy).expect(201);
      // not the client that holds each answer against a document
      Api ours = stage.admin().unchecked();
      Api peer = stage.peer().api();
      RedisServer redis = stage.redis();
      checks(ours, "warm", 0);
      report(
          report,
          "a session of 1 KiB",
          grown(redis, "*cache*ours-*", COUNT, i -> session(ours, "ours-" + i, 201)),
          grown(redis, "*peer:*peers-*", COUNT, i -> session(peer, "peers-" + i, 200)));
      report(
          report,
          "a counter",
          grown(redis, "*ours-counted-*", COUNT / BATCH, i -> checks(ours, "ours-counted", i)),
          grown(redis, "*peers-counted-*", COUNT, i -> check(peer, "peers-counted", i)));
    }
  }

  private static void session(Api api, String id, int status) {
    api.put("/v1/sessions/" + id, Sessions.BODY).expect(status);
  }

  private static void checks(Api api, String subject, int number) {
    String checks =
        IntStream.range(number * BATCH, (number + 1) * BATCH)
            .mapToObj(i -> CHECK.formatted(subject, i))
            .collect(Collectors.joining(",", "{\"checks\":[", "]}"));
    api.post("/v1/rate-checks/batch", checks).expect(200);
  }

  private static void check(Api api, String subject, int number) {
    api.post("/v1/rate-checks", CHECK.formatted(subject, number)).expect(200);
  }

  private static Bytes grown(RedisServer redis, String keys, int calls, IntConsumer call) {
    long before = used(redis);
    Callers.each(calls, call);
    return new Bytes((used(redis) - before) / (double) COUNT, ofOneKey(redis, keys));
  }

  private static void report(Report report, String what, Bytes ours, Bytes peer) {
    row(report, "Redis: %s, of %,d".formatted(what, COUNT), ours.used(), peer.used());
    row(report, "Redis: " + what + ", its key alone", ours.key(), peer.key());
  }

  private static void row(Report report, String measure, double ours, double peer) {
    report.compared(measure, List.of(ours), List.of(peer), " bytes", Report.NONE);
  }

  private static long used(RedisServer redis) {
    return ((String) redis.command("INFO", "memory"))
        .lines()
        .filter(line -> line.startsWith("used_memory:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findAny()
        .orElseThrow();
  }

  /** The median of a sample. */
  private static double ofOneKey(RedisServer redis, String pattern) {
    List<Double> sizes = new ArrayList<>();
    String cursor = "0";
    do {
      List<?> page = (List<?>) redis.command("SCAN", cursor, "MATCH", pattern, "COUNT", "10000");
      cursor = "" + page.get(0);
      for (Object key : (List<?>) page.get(1)) {
        // it may have expired since
        if (redis.command("MEMORY", "USAGE", "" + key) instanceof Long bytes) {
          sizes.add((double) bytes);
        }
        if (sizes.size() == SAMPLE) {
          return Spread.of(sizes).median();
        }
      }
    } while (!cursor.equals("0"));
    if (sizes.isEmpty()) {
      throw new IllegalStateException("no key in Redis is like " + pattern);
    }
    return Spread.of(sizes).median();
  }
}
