package botbot.space;

import java.util.regex.Pattern;

/**
 * A world of its own: what belongs to one space is unknown in every other, whatever its id.
 *
 * @param name 1 to 128 of {@code A-Z a-z 0-9 . _ : @ -}, and not {@code .} or {@code ..}
 */
public record Space(String name) {

  // before the constants, which are checked
  private static final Pattern NAME = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._:@-]{1,128}");

  /** Where everything is that was not put elsewhere. */
  public static final Space DEFAULT = new Space("default");

  /** Stands for every space where a client's space is named. */
  public static final String ANY = "*";

  /** Whether a space may have this name. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /** Refuses what is no name, which is a fault of the caller's program: see {@link #isName}. */
  public Space {
    if (!isName(name)) {
      throw new IllegalArgumentException("no name of a space: " + name);
    }
  }

  /** An id in this space. */
  public Key key(String id) {
    return new Key(this, id);
  }

  @Override
  public String toString() {
    return name;
  }
}
