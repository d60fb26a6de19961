package botbot.ratelimit;

import botbot.space.Deployment;
import botbot.space.Space;
import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;

/** Puts policies and makes checks over HTTP, for tests. */
final class Policies {

  private final Api api;

  /** How the keys of counters in the default space begin. */
  static String prefix() {
    String identity = Backends.postgres().query("select identity from deployment").orElseThrow();
    return new Deployment(identity).ratePrefix(Space.DEFAULT);
  }

  Policies(Api api) {
    this.api = api;
  }

  /** A policy for one endpoint, with more members such as {@code "shadow":true}. */
  Answer put(String name, String endpoint, long limit, long windowMs, String... members) {
    StringBuilder json = new StringBuilder();
    for (String member : members) {
      json.append(',').append(member);
    }
    String body =
        "{\"tier\":\"*\",\"endpoint\":\"%s\",\"limit\":%d,\"windowMs\":%d%s}"
            .formatted(endpoint, limit, windowMs, json);
    return api.put("/v1/rate-policies/" + name, body).expect(200, 201);
  }

  Answer check(String subject, String endpoint, long cost) {
    return api.post("/v1/rate-checks", body(subject, endpoint, cost));
  }

  Answer check(String subject, String endpoint) {
    return check(subject, endpoint, 1);
  }

  static String body(String subject, String endpoint, long cost) {
    return "{\"subject\":\"%s\",\"endpoint\":\"%s\",\"cost\":%d}"
        .formatted(subject, endpoint, cost);
  }

  Answer peek(String subject, String endpoint) {
    return api.get("/v1/rate-checks?subject=" + subject + "&endpoint=" + endpoint).expect(200);
  }
}
