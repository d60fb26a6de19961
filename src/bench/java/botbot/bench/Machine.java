package botbot.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * Where and when something was measured.
 *
 * @param load the load average of the last minute, before anything was started
 */
record Machine(String model, long memoryGib, String load, String commit) {

  static Machine now() {
    return new Machine(
        line("/proc/cpuinfo", "model name").replaceFirst(".*: ", ""),
        Math.round(
            Long.parseLong(line("/proc/meminfo", "MemTotal").replaceAll("\\D", "")) / 1048576.0),
        line("/proc/loadavg", "").replaceFirst(" .*", ""),
        Tool.output("git", "describe", "--always", "--dirty", "--exclude=*").strip());
  }

  /** The machine, and the command that measures it again. */
  String sentence() {
    return "Measured on %s: %d cores (%s), %d GiB, Linux %s, JDK %s, load %s at the start, commit %s, by `%s`."
        .formatted(
            LocalDate.now(ZoneOffset.UTC),
            Runtime.getRuntime().availableProcessors(),
            model,
            memoryGib,
            System.getProperty("os.version"),
            System.getProperty("java.runtime.version"),
            load,
            commit,
            System.getProperty("command"));
  }

  private static String line(String file, String begin) {
    try {
      return Files.readAllLines(Path.of(file)).stream()
          .filter(line -> line.startsWith(begin))
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
