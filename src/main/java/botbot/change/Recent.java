package botbot.change;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The latest changes, shared by all listeners of this instance.
 *
 * @param from every change after this revision is here
 */
record Recent(long from, List<Change> changes) {

  /** How many changes are kept; a listener further behind reads from PostgreSQL. */
  static final int KEPT = 1000;

  Recent {
    changes = List.copyOf(changes);
  }

  /** The revision of the latest change. */
  long latest() {
    return changes.isEmpty() ? from : changes.getLast().revision();
  }

  /** With later changes added, and the earliest dropped. */
  Recent plus(List<Change> later) {
    List<Change> all = new ArrayList<>(changes);
    all.addAll(later);
    int dropped = Math.max(0, all.size() - KEPT);
    long start = dropped == 0 ? from : all.get(dropped - 1).revision();
    return new Recent(start, all.subList(dropped, all.size()));
  }

  /** All changes after {@code revision}, or none if some of them are not here any more. */
  Optional<List<Change>> after(long revision) {
    if (revision < from) {
      return Optional.empty();
    }
    int index = changes.size();
    while (index > 0 && changes.get(index - 1).revision() > revision) {
      index--;
    }
    return Optional.of(changes.subList(index, changes.size()));
  }
}
