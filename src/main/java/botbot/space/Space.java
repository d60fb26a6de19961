package botbot.space;

/**
 * A world of its own: what belongs to one space is unknown in every other, whatever its id.
 *
 * @param name a name as administrators give them: without a slash, and without what stands for
 *     something else in a pattern of Redis
 */
public record Space(String name) {

  /** Where everything is that was not put elsewhere. */
  public static final Space DEFAULT = new Space("default");

  /** Stands for every space where a client's space is named. */
  public static final String ANY = "*";

  /** An id in this space. */
  public Key key(String id) {
    return new Key(this, id);
  }

  @Override
  public String toString() {
    return name;
  }
}
