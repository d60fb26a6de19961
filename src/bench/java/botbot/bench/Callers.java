package botbot.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** A number of calls, some of them at once. */
final class Callers {
  private static final int AT_ONCE = 16;

  private Callers() {}

  /** Makes calls 0 to {@code count - 1}, and fails where one fails. */
  static void each(int count, IntConsumer call) {
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> callers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < AT_ONCE; i++) {
        callers.add(
            threads.submit(
                () -> {
                  for (int n = next.getAndIncrement(); n < count; n = next.getAndIncrement()) {
                    call.accept(n);
                  }
                }));
      }
    }
    for (Future<?> caller : callers) {
      try {
        caller.get();
      } catch (InterruptedException | ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
