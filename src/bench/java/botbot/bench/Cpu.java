package botbot.bench;

import java.time.Duration;

/** Processor time, user's and system's, that processes have used so far. */
record Cpu(Duration ofOne, Duration ofAll) {

  /** Of a process, and of all that this one has started and that still run. */
  static Cpu of(ProcessHandle process) {
    return new Cpu(used(process), ofAllNow());
  }

  double microsSince(Cpu before) {
    return ofOne.minus(before.ofOne).toNanos() / 1_000.0;
  }

  double microsOfAllSince(Cpu before) {
    return ofAll.minus(before.ofAll).toNanos() / 1_000.0;
  }

  private static Duration ofAllNow() {
    return ProcessHandle.current()
        .descendants()
        .map(Cpu::used)
        .reduce(Duration.ZERO, Duration::plus);
  }

  private static Duration used(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }
}
