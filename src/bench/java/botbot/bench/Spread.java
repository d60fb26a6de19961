package botbot.bench;

import java.util.List;

/** The middle and both ends of what was measured several times. */
record Spread(double least, double median, double most) {

  static Spread of(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return new Spread(sorted.getFirst(), sorted.get(sorted.size() / 2), sorted.getLast());
  }

  static Spread of(double value) {
    return new Spread(value, value, value);
  }
}
