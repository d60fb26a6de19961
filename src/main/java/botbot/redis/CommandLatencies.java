package botbot.redis;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** The histogram of how long commands take, by the name of the command or script. */
final class CommandLatencies {

  private static final Duration[] BUCKETS =
      IntStream.of(1, 2, 5, 10, 25, 50, 100, 250, 500, 1000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  private final MeterRegistry meters;
  private final Map<String, Timer> timers = new ConcurrentHashMap<>();

  CommandLatencies(MeterRegistry meters) {
    this.meters = meters;
  }

  void record(String command, long nanos) {
    Timer timer = timers.get(command);
    if (timer == null) {
      timer = timers.computeIfAbsent(command, this::timer);
    }
    timer.record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer timer(String command) {
    return Timer.builder("botbot.redis.command")
        .description("Time from sending a command to its answer or failure")
        .tag("command", command)
        .serviceLevelObjectives(BUCKETS)
        .register(meters);
  }
}
