package botbot.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Runs the benchmarks that are named, or all, and prints the table of each. */
public final class Benchmarks {

  /** The name for those that make up the page "What it costs". */
  private static final String COSTS = "costs";

  private static final List<String> OF_COSTS =
      List.of("reads", "rate-checks", "writes", "latency", "memory");

  /** Measures and fills a table. */
  private interface Benchmark {
    void run(Report report) throws Exception;
  }

  private static final Map<String, Benchmark> ALL = new LinkedHashMap<>();

  static {
    ALL.put("reads", Reads::run);
    ALL.put("rate-checks", RateChecks::run);
    ALL.put("writes", Writes::run);
    ALL.put("latency", Latency::run);
    ALL.put("memory", Memory::run);
    ALL.put("client", Client::run);
    ALL.put("footprint", Footprint::run);
    ALL.put("versions", Versions::run);
    ALL.put("migration", Migration::run);
    ALL.put("failover", Failover::run);
  }

  private Benchmarks() {}

  /**
   * Ends with status 0, 1 where a benchmark failed, or 2 where there is none of a name.
   *
   * @param names of benchmarks; without any, all are run
   */
  public static void main(String[] names) {
    List<String> chosen =
        Stream.of(names.length == 0 ? ALL.keySet().toArray(String[]::new) : names)
            .flatMap(name -> name.equals(COSTS) ? OF_COSTS.stream() : Stream.of(name))
            .distinct()
            .toList();
    if (!ALL.keySet().containsAll(chosen)) {
      System.err.println("The benchmarks are " + COSTS + ", " + String.join(", ", ALL.keySet()));
      System.exit(2);
    }
    boolean failed = false;
    for (String name : chosen) {
      failed |= !run(name, ALL.get(name));
    }
    System.exit(failed ? 1 : 0);
  }

  /** Prints what was measured before a failure too, and the failure. */
  private static boolean run(String name, Benchmark benchmark) {
    Report report = new Report(name);
    try {
      benchmark.run(report);
      return true;
    } catch (Exception | AssertionError e) {
      e.printStackTrace();
      return false;
    } finally {
      report.print(System.out);
    }
  }
}
