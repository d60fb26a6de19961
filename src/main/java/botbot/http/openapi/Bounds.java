package botbot.http.openapi;

import botbot.http.ValidId;
import botbot.http.ValidName;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;

/**
 * How long a text may be, how great a number, how many the items of an array, where the type of the
 * field or parameter does not say it. The name tells: what is answered was once taken.
 */
final class Bounds {

  /** The most characters of a header or of what is given in one. */
  static final int LINE = 8192;

  private static final int NAME = 128;

  /** The greatest integer that every reader of JSON has exactly (RFC 8259, section 6). */
  private static final long EXACT = (1L << 53) - 1;

  private static final Set<String> IDS =
      Set.of("id", "ids", "unread", "userId", "channel", "subject", "tier", "endpoint", "key");

  private static final Set<String> NAMES =
      Set.of(
          "name",
          "agentId",
          "space",
          "namespace",
          "updatedBy",
          "deletedBy",
          "requestId",
          "policy",
          "violated-policies");

  private static final Map<String, Range> NUMBERS =
      Map.ofEntries(
          Map.entry("version", new Range(1, EXACT)),
          Map.entry("ttlSeconds", new Range(1, 315_360_000)),
          Map.entry("limit", new Range(1, 1_000_000_000)),
          Map.entry("windowMs", new Range(100, 2_678_400_000L)),
          Map.entry("remaining", new Range(0, 1_000_000_000)),
          Map.entry("retryAfterMs", new Range(1, EXACT)),
          Map.entry("status", new Range(200, 599)),
          Map.entry("hitRate", new Range(0, 1)));

  /** The most items of arrays that are not those of a page. */
  private static final Map<String, Integer> ITEMS =
      Map.of("roles", 3, "results", 256, "violations", 100);

  private record Range(long least, long most) {}

  private Bounds() {}

  /** Bounds {@code is}, the schema of a field or parameter of a name. */
  static void add(String name, Schema is) {
    if (is.getRef() != null || is.getType() == null || is.getEnumeration() != null) {
      return;
    }
    List<SchemaType> types = is.getType();
    if (types.contains(SchemaType.STRING) && is.getFormat() == null) {
      text(name, is);
    } else if (types.contains(SchemaType.INTEGER) || types.contains(SchemaType.NUMBER)) {
      Range range = NUMBERS.getOrDefault(name, new Range(0, EXACT));
      is.setMinimum(is.getMinimum() == null ? BigDecimal.valueOf(range.least()) : is.getMinimum());
      is.setMaximum(is.getMaximum() == null ? BigDecimal.valueOf(range.most()) : is.getMaximum());
    } else if (types.contains(SchemaType.ARRAY)) {
      if (is.getMaxItems() == null) {
        is.setMaxItems(ITEMS.getOrDefault(name, 1000));
      }
      if (is.getItems() != null) {
        add(name, is.getItems());
      }
    }
  }

  private static void text(String name, Schema is) {
    if (ValidName.PREFIX.equals(is.getPattern())) {
      length(is, 0, NAME);
    } else if (ValidName.REGEX.equals(is.getPattern()) || NAMES.contains(name)) {
      length(is, 1, NAME);
    } else if (IDS.contains(name)) {
      length(is, 1, ValidId.MAX_BYTES);
    } else {
      length(is, 0, LINE);
    }
  }

  private static void length(Schema is, int least, int most) {
    is.setMinLength(is.getMinLength() == null ? Integer.valueOf(least) : is.getMinLength());
    is.setMaxLength(is.getMaxLength() == null ? Integer.valueOf(most) : is.getMaxLength());
  }
}
