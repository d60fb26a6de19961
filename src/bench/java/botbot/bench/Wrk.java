package botbot.bench;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** As many requests as are answered, by wrk. */
record Wrk(Target target, Requests requests, int connections) implements Side {

  private static final Pattern PRINTED =
      Pattern.compile(
          "99%\\s+([\\d.]+)(us|ms|s|m)\\s.*?(\\d+) requests in .*Requests/sec:\\s+([\\d.]+)",
          Pattern.DOTALL);

  static void need() {
    Tool.need("wrk", "apt-get install wrk");
  }

  @Override
  public Run run(int seconds) {
    Cpu before = Cpu.of(target.process());
    String text =
        Tool.output(
            "wrk",
            "-t1",
            "-c" + connections,
            "-d" + seconds + "s",
            "--timeout=10s",
            "--latency",
            "-s",
            "src/bench/load.lua",
            target.url(),
            "--",
            target.key(),
            requests.method(),
            requests.type(),
            requests.path(),
            requests.body(),
            "" + requests.count());
    Cpu after = Cpu.of(target.process());
    Matcher found = PRINTED.matcher(text);
    boolean refused = text.contains("Non-2xx");
    if (!found.find() || refused != requests.denied() || text.contains("Socket errors")) {
      throw new IllegalStateException(this + ": " + text);
    }
    double count = Double.parseDouble(found.group(3));
    return new Run(
        Double.parseDouble(found.group(4)),
        Double.parseDouble(found.group(1)) * millis(found.group(2)),
        after.microsSince(before) / count,
        after.microsOfAllSince(before) / count);
  }

  @Override
  public Optional<ProcessHandle> process() {
    return Optional.of(target.process());
  }

  private static double millis(String unit) {
    return switch (unit) {
      case "us" -> 0.001;
      case "ms" -> 1;
      case "s" -> 1_000;
      default -> 60_000;
    };
  }
}
