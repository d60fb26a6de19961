package botbot.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A row of a table: the throughput of two sides, measured in turns.
 *
 * @param goal what the ratio should be, as text; may be empty
 */
record Comparison(String measure, Side ours, Side peer, String goal) {

  /** Adds what all rounds came to. */
  void report(Report report, List<Run> ours, List<Run> peers) {
    Spread ratio =
        Spread.ofRatios(
            ours.stream().map(Run::perSecond).toList(),
            peers.stream().map(Run::perSecond).toList());
    report.row(
        measure,
        median(ours, Run::perSecond) + "/s",
        median(peers, Run::perSecond) + "/s",
        Report.number(ratio.median()),
        Report.number(ratio.least()) + " to " + Report.number(ratio.most()),
        goal,
        median(ours, Run::p99Millis),
        median(peers, Run::p99Millis),
        median(ours, Run::cpuMicros),
        median(peers, Run::cpuMicros),
        median(ours, Run::cpuOfAllMicros),
        median(peers, Run::cpuOfAllMicros));
  }

  private static String median(List<Run> runs, ToDoubleFunction<Run> of) {
    return Report.number(Spread.of(runs.stream().map(of::applyAsDouble).toList()).median());
  }
}
