package botbot.faults;

import botbot.testing.Answer;
import botbot.testing.Api;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Reads and writes of sessions and preferences, and rate checks, of a few users. A read that began
 * after a write was acknowledged, and does not see it, is noted as stale.
 */
final class MixedTraffic {
  private static final int USERS = 10;
  private static final String POLICY =
      "{\"tier\": \"*\", \"endpoint\": \"mixed\", \"limit\": 1000000, \"windowMs\": 60000}";

  private final Api api;
  private final List<AtomicLong> sessionVersions = counters();
  private final List<AtomicLong> preferenceVersions = counters();
  private final Queue<String> stale = new ConcurrentLinkedQueue<>();

  MixedTraffic(Api api) {
    this.api = api;
  }

  /**
   * Makes a policy, and the users' sessions and preferences, which are asked for before, as bots
   * do.
   */
  void prepare() {
    api.put("/v1/rate-policies/mixed", POLICY).expect(200, 201);
    for (int user = 0; user < USERS; user++) {
      api.get(session(user)).expect(200, 404);
      api.get(preferences(user)).expect(200, 404);
      note(sessionVersions, user, api.put(session(user), "{\"userId\": \"u" + user + "\"}"));
      note(
          preferenceVersions,
          user,
          api.patch(preferences(user), "{\"preferences\": {\"lang\": \"en\"}}"));
    }
  }

  /**
   * The request of this number: a read and a write of a session, of preferences, or a rate check
   */
  Answer request(int number) {
    int user = number / 5 % USERS;
    return switch (number % 5) {
      case 0 -> read(sessionVersions, user, session(user));
      case 1 -> write(sessionVersions, user, session(user), "data", number);
      case 2 -> read(preferenceVersions, user, preferences(user));
      case 3 -> write(preferenceVersions, user, preferences(user), "preferences", number);
      default ->
          api.post("/v1/rate-checks", "{\"subject\": \"u" + user + "\", \"endpoint\": \"mixed\"}");
    };
  }

  /** A read of the first session, for those who wait until Redis is in use. */
  Answer probe() {
    return read(sessionVersions, 0, session(0));
  }

  /** The reads that did not see what was acknowledged before they began. */
  List<String> staleReads() {
    return List.copyOf(stale);
  }

  private Answer read(List<AtomicLong> versions, int user, String path) {
    long acknowledged = versions.get(user).get();
    Answer answer = api.get(path);
    if (answer.status() == 200 && version(answer) < acknowledged) {
      stale.add(path + ": " + version(answer) + " after " + acknowledged + ", " + answer);
    }
    return answer;
  }

  private Answer write(List<AtomicLong> versions, int user, String path, String field, int number) {
    Answer answer = api.patch(path, "{\"" + field + "\": {\"last\": " + number + "}}");
    if (answer.status() == 200) {
      note(versions, user, answer);
    }
    return answer;
  }

  private static void note(List<AtomicLong> versions, int user, Answer answer) {
    long version = version(answer.expect(200, 201));
    versions.get(user).accumulateAndGet(version, Math::max);
  }

  private static long version(Answer answer) {
    return answer.json().get("version").asLong();
  }

  private static String session(int user) {
    return "/v1/sessions/mixed-" + user;
  }

  private static String preferences(int user) {
    return "/v1/users/mixed-" + user + "/preferences";
  }

  private static List<AtomicLong> counters() {
    return new ArrayList<>(IntStream.range(0, USERS).mapToObj(i -> new AtomicLong()).toList());
  }
}
