package botbot.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The table of one benchmark, as Markdown that is read as it is too. */
final class Report {
  /** For what was not measured, or has no goal. */
  static final String NONE = "";

  /** How many columns are printed though there be nothing in them. */
  private static final int ALWAYS = 6;

  private final String name;
  private final Machine machine = Machine.now();
  private final List<List<String>> rows = new ArrayList<>();
  private final List<Report> parts = new ArrayList<>();
  private List<String> columns =
      List.of(
          "measure",
          "ours",
          "peer",
          "ratio (median)",
          "spread (min to max)",
          "goal",
          "p99 ms",
          "peer's p99",
          "CPU µs",
          "peer's CPU",
          "with servers",
          "peer's with servers");

  Report(String name) {
    this.name = name;
  }

  /** Other columns than those of a comparison. */
  void columns(String... others) {
    columns = List.of(others);
  }

  /** A further table of the same benchmark. */
  Report part(List<String> others) {
    Report part = new Report(name);
    part.columns = others;
    parts.add(part);
    return part;
  }

  /** A row; the cells that are left out at its end are empty. */
  void row(String... cells) {
    List<String> row = new ArrayList<>(Arrays.asList(cells));
    while (row.size() < columns.size()) {
      row.add(NONE);
    }
    rows.add(row);
    System.err.println(name + ": " + String.join(" | ", cells));
  }

  /** A row about this service alone: the median of what was measured, and its spread. */
  void alone(String measure, Spread spread, String unit, String goal) {
    String least = number(spread.least());
    String most = number(spread.most());
    String range = least.equals(most) ? NONE : least + " to " + most;
    row(measure, number(spread.median()) + unit, NONE, NONE, range, goal);
  }

  /** A comparison without figures for single requests. */
  void compared(String measure, List<Double> ours, List<Double> peers, String unit, String goal) {
    Spread ratio = Spread.ofRatios(ours, peers);
    row(
        measure,
        number(Spread.of(ours).median()) + unit,
        number(Spread.of(peers).median()) + unit,
        number(ratio.median()),
        number(ratio.least()) + " to " + number(ratio.most()),
        goal);
  }

  /** Three digits at least. */
  static String number(double value) {
    if (Double.isNaN(value)) {
      return NONE;
    }
    String format = value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : value >= 1 ? "%.2f" : "%.3f";
    return String.format(Locale.ROOT, format, value);
  }

  void print(PrintStream out) {
    out.printf("%n## %s%n", name);
    printTable(out);
    parts.stream().filter(part -> !part.rows.isEmpty()).forEach(part -> part.printTable(out));
    out.printf("%n%s%n", machine.sentence());
  }

  private void printTable(PrintStream out) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(filled(columns));
    rows.forEach(row -> lines.add(filled(row)));
    int[] widths =
        IntStream.range(0, lines.getFirst().size())
            .map(i -> lines.stream().mapToInt(line -> line.get(i).length()).max().orElseThrow())
            .toArray();
    lines.add(1, Arrays.stream(widths).mapToObj("-"::repeat).toList());
    out.println();
    lines.forEach(line -> out.println(aligned(line, widths)));
  }

  /** Without the columns in which nothing stands. */
  private List<String> filled(List<String> cells) {
    return IntStream.range(0, cells.size())
        .filter(i -> i < ALWAYS || rows.stream().anyMatch(row -> !row.get(i).isEmpty()))
        .mapToObj(cells::get)
        .toList();
  }

  private static String aligned(List<String> cells, int[] widths) {
    return IntStream.range(0, widths.length)
        .mapToObj(i -> cells.get(i) + " ".repeat(widths[i] - cells.get(i).length()))
        .collect(Collectors.joining(" | ", "| ", " |"));
  }
}
