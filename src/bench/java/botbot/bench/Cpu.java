package botbot.bench;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Processor time, user's and system's, that processes have used so far.
 *
 * @param ofEach by the number of the process
 */
record Cpu(Duration ofOne, Map<Long, Duration> ofEach) {

  /** Of a process, and of all that this one has started and that still run. */
  static Cpu of(ProcessHandle process) {
    return new Cpu(
        used(process),
        ProcessHandle.current()
            .descendants()
            .collect(Collectors.toMap(ProcessHandle::pid, Cpu::used)));
  }

  double microsSince(Cpu before) {
    return ofOne.minus(before.ofOne).toNanos() / 1_000.0;
  }

  /** Without what those used that have ended since. */
  double microsOfAllSince(Cpu before) {
    return ofEach.entrySet().stream()
            .map(
                now ->
                    now.getValue().minus(before.ofEach.getOrDefault(now.getKey(), Duration.ZERO)))
            .reduce(Duration.ZERO, Duration::plus)
            .toNanos()
        / 1_000.0;
  }

  private static Duration used(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }
}
