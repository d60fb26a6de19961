package botbot.http.condition;

import botbot.http.problem.BadInput;
import jakarta.ws.rs.core.EntityTag;
import java.util.ArrayList;
import java.util.List;

/** Reads and writes entity tags as RFC 9110, section 8.8.3 has them; anything else is refused. */
public final class EntityTags {

  private EntityTags() {}

  /** The strong tag of a version: {@code "<version>"}. */
  public static EntityTag of(long version) {
    return new EntityTag(Long.toString(version));
  }

  /** The tag as it stands in a header, quotes included. */
  static String format(EntityTag tag) {
    return (tag.isWeak() ? "W/\"" : "\"") + tag.getValue() + '"';
  }

  /**
   * The tags of a list such as {@code "1", W/"2"}; empty elements are skipped as RFC 9110, 5.6.1
   * asks.
   */
  static List<EntityTag> parse(String header, String text) {
    List<EntityTag> tags = new ArrayList<>();
    int at = 0;
    while ((at = skip(text, at, true)) < text.length()) {
      boolean weak = text.startsWith("W/", at);
      int open = weak ? at + 2 : at;
      int close =
          open < text.length() && text.charAt(open) == '"' ? text.indexOf('"', open + 1) : -1;
      int next = close < 0 ? -1 : skip(text, close + 1, false);
      if (next < 0 || (next < text.length() && text.charAt(next) != ',')) {
        throw malformed(header);
      }
      String value = text.substring(open + 1, close);
      if (!value.chars().allMatch(c -> c == 0x21 || (c >= 0x23 && c != 0x7f))) {
        throw malformed(header);
      }
      tags.add(new EntityTag(value, weak));
      at = next;
    }
    if (tags.isEmpty()) {
      throw malformed(header);
    }
    return tags;
  }

  private static int skip(String text, int from, boolean commas) {
    int at = from;
    while (at < text.length()
        && (text.charAt(at) == ' '
            || text.charAt(at) == '\t'
            || (commas && text.charAt(at) == ','))) {
      at++;
    }
    return at;
  }

  private static BadInput malformed(String header) {
    return new BadInput(header, "must be * or a list of entity tags, each in double quotes");
  }
}
