package botbot.access.presented;

import botbot.access.identity.Credentials;
import io.smallrye.mutiny.Multi;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;

/** Ends answers that never end by themselves, once the key of their request has ceased to work. */
@Singleton
public final class KeyWatch {

  /** With the age of what is held of a key, an answer ends within a second of the revocation. */
  private static final Duration PERIOD = Duration.ofMillis(400);

  private final PresentedKeys keys;
  private final Credentials credentials;
  private final Vertx vertx;

  /** A key, and until when it was presented. */
  private record Presented(String key, Instant end) {}

  KeyWatch(PresentedKeys keys, Credentials credentials, Vertx vertx) {
    this.keys = keys;
    this.credentials = credentials;
    this.vertx = vertx;
  }

  /**
   * The same answer, {@code cut} when its key does not work any more. While PostgreSQL is away it
   * goes on.
   *
   * @param cut ends the answer; may be run more than once
   */
  public <T> Multi<T> watch(HttpServerRequest request, Multi<T> answer, Runnable cut) {
    String bearer = PresentedKeys.bearer(request);
    Presented presented =
        bearer == null
            ? keys.session(request)
                .map(session -> new Presented(session.key(), session.expiresAt()))
                .orElseThrow(() -> new IllegalStateException("the request presents no key"))
            : new Presented(bearer, Instant.MAX);
    return Multi.createFrom()
        .deferred(
            () -> {
              long timer = vertx.setPeriodic(PERIOD.toMillis(), tick -> check(presented, cut));
              return answer.onTermination().invoke(() -> vertx.cancelTimer(timer));
            });
  }

  private void check(Presented presented, Runnable cut) {
    if (!Instant.now().isBefore(presented.end())) {
      cut.run();
      return;
    }
    credentials
        .identify(presented.key())
        .subscribe()
        .with(
            bearer -> {
              if (bearer.isEmpty()) {
                cut.run();
              }
            },
            away -> {});
  }
}
