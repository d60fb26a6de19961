package botbot.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Measures comparisons in rounds, so that what else the machine does meets both sides: in a round
 * each comparison has its turn, one side right after the other, in another order each time.
 */
final class Rounds {
  static final int ROUNDS = Integer.getInteger("rounds", 3);
  private static final int SECONDS = Integer.getInteger("seconds", 3);
  private static final int WARM_SECONDS = Integer.getInteger("warm", 2 * SECONDS);

  private Rounds() {}

  static void measure(Report report, List<Comparison> comparisons) {
    comparisons.stream()
        .flatMap(comparison -> Stream.of(comparison.ours(), comparison.peer()))
        .distinct()
        .forEach(side -> side.run(WARM_SECONDS));
    List<List<Run>> ours = lists(comparisons.size());
    List<List<Run>> peers = lists(comparisons.size());
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < comparisons.size(); i++) {
        Comparison comparison = comparisons.get(i);
        List<Run> runs = ours.get(i);
        List<Run> peersRuns = peers.get(i);
        inTurn(
            round,
            () -> runs.add(comparison.ours().run(SECONDS)),
            () -> peersRuns.add(comparison.peer().run(SECONDS)));
      }
    }
    for (int i = 0; i < comparisons.size(); i++) {
      comparisons.get(i).report(report, ours.get(i), peers.get(i));
    }
    if (Profile.WANTED) {
      Profile.add(report, comparisons);
    }
  }

  /** The two sides of a round; the other one begins each time. */
  static void inTurn(int round, Runnable ours, Runnable peer) {
    if (round % 2 == 0) {
      ours.run();
      peer.run();
    } else {
      peer.run();
      ours.run();
    }
  }

  private static List<List<Run>> lists(int count) {
    return Stream.<List<Run>>generate(ArrayList::new).limit(count).toList();
  }
}
