package botbot.space;

/** An id in its space: what rows, cache entries and counters are found by. */
public record Key(Space space, String id) {

  @Override
  public String toString() {
    return space + "/" + id;
  }
}
