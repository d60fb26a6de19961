package botbot.bench;

import java.util.List;
import java.util.stream.IntStream;

/** The middle and both ends of what was measured several times. */
record Spread(double least, double median, double most) {

  static Spread of(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return new Spread(sorted.getFirst(), sorted.get(sorted.size() / 2), sorted.getLast());
  }

  /** Of the ratios of two sides, round by round. */
  static Spread ofRatios(List<Double> ours, List<Double> peers) {
    return of(IntStream.range(0, ours.size()).mapToObj(i -> ours.get(i) / peers.get(i)).toList());
  }

  static Spread of(double value) {
    return new Spread(value, value, value);
  }
}
