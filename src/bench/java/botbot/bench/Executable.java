package botbot.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Rows about the executable, where one was built. */
final class Executable {
  static final String NOT_BUILT = "no executable built (./mvnw package -DskipTests -Dnative)";

  private Executable() {}

  /** Measures it, called with a key, and then what memory it holds; else says what is missing. */
  static void measure(
      Report report, Stage stage, String key, Function<Target, List<Comparison>> comparisons)
      throws IOException {
    if (stage.executable().isEmpty()) {
      report.row("executable", NOT_BUILT);
      return;
    }
    Target target = Stage.target(stage.executable().orElseThrow(), key);
    Rounds.measure(report, comparisons.apply(target));
    report.alone(
        "executable: resident after that, no heap limit",
        Spread.of(residentMib(target.process())),
        " MiB",
        "≤ 160 MiB");
  }

  /** What the kernel counts as in memory. */
  static double residentMib(ProcessHandle process) throws IOException {
    Optional<String> resident =
        Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .findAny();
    return Long.parseLong(resident.orElseThrow().replaceAll("\\D", "")) / 1024.0;
  }
}
