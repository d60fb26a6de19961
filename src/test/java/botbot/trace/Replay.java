package botbot.trace;

import botbot.testing.Answer;
import botbot.testing.Api;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Sends the requests of the trace one after the other and holds each answer against the trace. */
final class Replay {
  private static final Duration EXPIRY_AT_MOST = Duration.ofSeconds(10);

  private final String run;
  private final Api admin;
  private final Map<String, Api> callers = new HashMap<>();
  private final Map<String, String> tags = new HashMap<>();
  private final Map<Integer, Integer> statuses = new TreeMap<>();

  /**
   * @param run a name that tells this replay's users from those of others
   * @param admin the service, with the administrator's key
   */
  Replay(String run, Api admin) {
    this.run = run;
    this.admin = admin;
    callers.put("admin", admin);
  }

  /** Sends some of the requests, and fails at the first unexpected answer. */
  void send(List<TracedRequest> requests) {
    requests.forEach(this::send);
  }

  /** How often each status was answered so far. */
  Map<Integer, Integer> statuses() {
    return Collections.unmodifiableMap(statuses);
  }

  private void send(TracedRequest request) {
    Answer answer = request.await() ? await(request) : call(request);
    if (!isExpected(request, answer)) {
      throw new AssertionError("line " + request.n() + " of the trace: " + answer);
    }
    statuses.merge(answer.status(), 1, Integer::sum);
    answer.etag().ifPresent(tag -> tags.put(request.path(), tag));
    if (request.keyOf() != null) {
      callers.put(request.keyOf(), admin.withKey(answer.json().path("key").asText()));
    }
  }

  private Answer await(TracedRequest request) {
    return Awaitility.await("line " + request.n() + " of the trace")
        .atMost(EXPIRY_AT_MOST)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> call(request), answer -> isExpected(request, answer));
  }

  private boolean isExpected(TracedRequest request, Answer answer) {
    String absent = request.absent();
    return request.expects(answer.status())
        && (absent == null || !answer.body().contains(named(absent)));
  }

  private Answer call(TracedRequest request) {
    List<String> headers = new ArrayList<>();
    condition(headers, "If-Match", request.ifMatch(), request.path());
    condition(headers, "If-None-Match", request.ifNoneMatch(), request.path());
    Api caller = callers.get(request.as());
    String path = named(request.path());
    String[] all = headers.toArray(String[]::new);
    if (request.body() == null) {
      return caller.send(request.method(), path, Api.NO_BODY, all);
    }
    String type =
        request.method().equals("PATCH") ? "application/merge-patch+json" : "application/json";
    return caller.sendJson(request.method(), path, type, named(request.body().toString()), all);
  }

  private void condition(List<String> headers, String name, @Nullable String tag, String path) {
    if (tag != null) {
      headers.addAll(List.of(name, tag.equals("last") ? tags.get(path) : tag));
    }
  }

  private String named(String text) {
    return text.replace("{run}", run);
  }
}
