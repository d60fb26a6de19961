package botbot.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** Callers that call at the same time, each as fast as it is answered. */
final class Callers {
  private static final int AT_ONCE = 16;

  private Callers() {}

  /** Makes calls 0 to {@code count - 1}, and fails where one fails. */
  static void each(int count, IntConsumer call) {
    AtomicInteger next = new AtomicInteger();
    together(
        any -> {
          for (int n = next.getAndIncrement(); n < count; n = next.getAndIncrement()) {
            call.accept(n);
          }
        });
  }

  /** Has all callers, numbered from 0, do what they do, and fails where one fails. */
  static void together(IntConsumer caller) {
    List<Future<?>> callers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < AT_ONCE; i++) {
        int number = i;
        callers.add(threads.submit(() -> caller.accept(number)));
      }
    }
    for (Future<?> each : callers) {
      try {
        each.get();
      } catch (InterruptedException | ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
