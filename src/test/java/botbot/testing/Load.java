package botbot.testing;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * Requests at a fixed rate, however slowly they are answered, each on a virtual thread of its own.
 * Bounded in time; closing it stops it.
 */
public final class Load implements AutoCloseable {
  /** The status of a request that got no answer at all. */
  public static final int NO_ANSWER = 0;

  /** One request: when it was sent since the load began, its answer and how long that took. */
  public record Sample(Duration at, Duration took, int status, String cacheStatus, String what) {}

  private final long begin = System.nanoTime();
  private final Queue<Sample> samples = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledFuture<?> end;

  private Load(int perSecond, Duration duration, IntFunction<Answer> request) {
    Runnable one = () -> callers.execute(() -> call(request, count.getAndIncrement()));
    ScheduledFuture<?> beat =
        clock.scheduleAtFixedRate(one, 0, 1_000_000L / perSecond, TimeUnit.MICROSECONDS);
    end = clock.schedule(() -> beat.cancel(false), duration.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Starts the load; the request is given its number, counting from 0. */
  public static Load start(int perSecond, Duration duration, IntFunction<Answer> request) {
    return new Load(perSecond, duration, request);
  }

  /** Waits until the load's time is over and every request is answered. */
  public List<Sample> await() {
    try {
      end.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } finally {
      close();
    }
    return List.copyOf(samples);
  }

  /** The time since the load began. */
  public Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  /** What was answered so far. */
  public List<Sample> samples() {
    return new ArrayList<>(samples);
  }

  /**
   * Those of the requests answered so far that were sent at {@code from} or later, before {@code
   * to}.
   */
  public List<Sample> between(Duration from, Duration to) {
    return samples.stream()
        .filter(s -> s.at().compareTo(from) >= 0 && s.at().compareTo(to) < 0)
        .toList();
  }

  /** The time within which this share of the requests was answered, such as 0.99. */
  public static Duration percentile(List<Sample> samples, double share) {
    List<Duration> sorted = samples.stream().map(Sample::took).sorted().toList();
    return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
  }

  @Override
  public void close() {
    clock.shutdownNow();
    callers.close();
  }

  private void call(IntFunction<Answer> request, int number) {
    long start = System.nanoTime();
    Answer answer;
    try {
      answer = request.apply(number);
    } catch (UncheckedIOException e) {
      answer =
          new Answer(
              NO_ANSWER, java.net.http.HttpHeaders.of(java.util.Map.of(), (a, b) -> true), "" + e);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    String what = answer.status() >= 500 || answer.status() == NO_ANSWER ? answer.toString() : "";
    samples.add(
        new Sample(
            Duration.ofNanos(start - begin), took, answer.status(), answer.cacheStatus(), what));
  }
}
