package botbot.bench;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/**
 * What became of requests that arrive at a constant rate, however slowly earlier ones are answered.
 * What one takes counts from when it was due, not from when it was sent: a server that stops
 * answering for a second has made all wait that were due in it.
 *
 * @param nanos what each took, sorted
 * @param failed how many were not answered 2xx
 */
record Arrivals(long[] nanos, int failed) {

  /**
   * Sends them, and waits for all answers.
   *
   * @param request gives the request of a number, from 0
   */
  static Arrivals run(int perSecond, Duration duration, IntFunction<HttpRequest> request) {
    int count = Math.toIntExact(perSecond * duration.toSeconds());
    long[] nanos = new long[count];
    AtomicInteger failed = new AtomicInteger();
    CompletableFuture<?>[] answers = new CompletableFuture<?>[count];
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      long begin = System.nanoTime();
      for (int i = 0; i < count; i++) {
        long due = begin + i * 1_000_000_000L / perSecond;
        for (long early = due - System.nanoTime(); early > 0; early = due - System.nanoTime()) {
          LockSupport.parkNanos(early);
        }
        int number = i;
        answers[i] =
            client
                .sendAsync(request.apply(i), BodyHandlers.discarding())
                .handle(
                    (answer, failure) -> {
                      nanos[number] = System.nanoTime() - due;
                      return failure != null || answer.statusCode() / 100 != 2
                          ? failed.incrementAndGet()
                          : 0;
                    });
      }
      CompletableFuture.allOf(answers).join();
    }
    Arrays.sort(nanos);
    return new Arrivals(nanos, failed.get());
  }

  /** The time within which this share was answered, such as 0.99. */
  double millis(double share) {
    return nanos[(int) Math.ceil(share * nanos.length) - 1] / 1e6;
  }
}
