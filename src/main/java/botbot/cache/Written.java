package botbot.cache;

/**
 * What a write stored.
 *
 * @param value as it is stored, and cached
 * @param shown as the caller is told of it
 * @param created whether there was nothing before
 */
public record Written<V extends Versioned>(V value, V shown, boolean created) {

  /** What is shown as it is stored. */
  public Written(V value, boolean created) {
    this(value, value, created);
  }
}
