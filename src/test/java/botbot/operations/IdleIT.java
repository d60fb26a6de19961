package botbot.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Api;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What an instance costs its servers while nobody asks it anything. */
@Execution(ExecutionMode.CONCURRENT)
class IdleIT {

  private static final Duration PERIOD = Duration.ofSeconds(30);

  /** A statement, of the extended protocol or not, each end of a transaction included. */
  private static final Pattern STATEMENT =
      Pattern.compile("LOG:  (?:execute \\S+|statement): (.*)");

  private static final Pattern CALLS = Pattern.compile("cmdstat_([^:]+):calls=(\\d+)");
  private static final String PATH = "/v1/users/idle/preferences";

  @Test
  void anIdleInstanceAsksEachOfItsServersOnceASecond() {
    try (PostgresServer postgres = PostgresServer.launch("log_statement=all");
        RedisServer redis = RedisServer.launch();
        ServiceInstance service = ServiceInstance.launch("idle", postgres, redis)) {
      Api api = service.api();
      api.put(PATH, "{\"preferences\":{\"n\":1}}").expect(201);
      Awaitility.await("a hit").until(() -> read(api).equals("redis; hit"));
      api.post("/v1/rate-checks", "{\"subject\":\"s\"}").expect(200);
      pause(Duration.ofSeconds(5));

      int logged = postgres.log().length();
      redis.command("CONFIG", "RESETSTAT");
      pause(PERIOD);
      Map<String, Long> commands = commands(redis);
      Map<String, Long> statements =
          STATEMENT
              .matcher(postgres.log().substring(logged))
              .results()
              .map(IdleIT::beginning)
              .collect(Collectors.groupingBy(s -> s, TreeMap::new, Collectors.counting()));
      System.out.printf(
          "idle for %d s: %d commands %s, %d statements %s%n",
          PERIOD.toSeconds(), sum(commands), commands, sum(statements), statements);
      assertTrue(sum(commands) <= PERIOD.toSeconds(), commands::toString);
      assertTrue(sum(statements) <= PERIOD.toSeconds(), statements::toString);

      assertEquals("redis; hit", read(api), "the first read looks by itself");
    }
  }

  private static String beginning(MatchResult statement) {
    String sql = statement.group(1).strip();
    return sql.substring(0, Math.min(sql.length(), 60));
  }

  private static Map<String, Long> commands(RedisServer redis) {
    Map<String, Long> calls = new TreeMap<>();
    CALLS
        .matcher((String) redis.command("INFO", "commandstats"))
        .results()
        .forEach(m -> calls.put(m.group(1), Long.parseLong(m.group(2))));
    // this test's own
    calls.remove("config|resetstat");
    return calls;
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  private static String read(Api api) {
    return api.get(PATH).expect(200).cacheStatus();
  }

  private static void pause(Duration time) {
    Awaitility.await().pollDelay(time).atMost(time.multipliedBy(2)).until(() -> true);
  }
}
