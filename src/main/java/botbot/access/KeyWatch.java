package botbot.access;

import io.smallrye.mutiny.Multi;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Ends answers that never end by themselves, once the key of their request has ceased to work. */
@Singleton
public final class KeyWatch {

  /** With the age of what is held of a key, an answer ends within a second of the revocation. */
  private static final Duration PERIOD = Duration.ofMillis(400);

  private final Credentials credentials;
  private final Vertx vertx;

  KeyWatch(Credentials credentials, Vertx vertx) {
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
    String key =
        BearerKeys.key(request.getHeader(HttpHeaders.AUTHORIZATION))
            .orElseThrow(() -> new IllegalStateException("the request bears no key"));
    return Multi.createFrom()
        .deferred(
            () -> {
              long timer = vertx.setPeriodic(PERIOD.toMillis(), tick -> check(key, cut));
              return answer.onTermination().invoke(() -> vertx.cancelTimer(timer));
            });
  }

  private void check(String key, Runnable cut) {
    credentials
        .identify(key)
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
