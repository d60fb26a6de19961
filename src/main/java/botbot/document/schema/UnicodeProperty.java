package botbot.document.schema;

import static java.util.Map.entry;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What stands in {@code \p{…}} in ECMA-262, in the words of RE2. */
final class UnicodeProperty {

  /** General categories by every name that Unicode gives them. */
  private static final Map<String, String> CATEGORIES =
      Map.ofEntries(
          entry("Control", "Cc"),
          entry("cntrl", "Cc"),
          entry("Format", "Cf"),
          entry("Private_Use", "Co"),
          entry("Letter", "L"),
          entry("Lowercase_Letter", "Ll"),
          entry("Modifier_Letter", "Lm"),
          entry("Other_Letter", "Lo"),
          entry("Titlecase_Letter", "Lt"),
          entry("Uppercase_Letter", "Lu"),
          entry("Mark", "M"),
          entry("Combining_Mark", "M"),
          entry("Spacing_Mark", "Mc"),
          entry("Enclosing_Mark", "Me"),
          entry("Nonspacing_Mark", "Mn"),
          entry("Number", "N"),
          entry("Decimal_Number", "Nd"),
          entry("digit", "Nd"),
          entry("Letter_Number", "Nl"),
          entry("Other_Number", "No"),
          entry("Punctuation", "P"),
          entry("punct", "P"),
          entry("Connector_Punctuation", "Pc"),
          entry("Dash_Punctuation", "Pd"),
          entry("Close_Punctuation", "Pe"),
          entry("Final_Punctuation", "Pf"),
          entry("Initial_Punctuation", "Pi"),
          entry("Other_Punctuation", "Po"),
          entry("Open_Punctuation", "Ps"),
          entry("Symbol", "S"),
          entry("Currency_Symbol", "Sc"),
          entry("Modifier_Symbol", "Sk"),
          entry("Math_Symbol", "Sm"),
          entry("Other_Symbol", "So"),
          entry("Separator", "Z"),
          entry("Line_Separator", "Zl"),
          entry("Paragraph_Separator", "Zp"),
          entry("Space_Separator", "Zs"));

  private static final Set<String> SHORT = Set.copyOf(CATEGORIES.values());

  private UnicodeProperty() {}

  /**
   * The items of a class of RE2.
   *
   * @throws UnusablePattern for a property that RE2 does not know
   */
  static String toRe2(String property, boolean negated) {
    int equals = property.indexOf('=');
    String name = property.substring(0, Math.max(0, equals));
    String value = property.substring(equals + 1);
    String p = negated ? "\\P{" : "\\p{";
    return switch (name) {
      case "" ->
          switch (value) {
            case "Any" -> negated ? "\\P{Any}" : "\\x{0}-\\x{10FFFF}";
            case "ASCII" -> negated ? "\\x{80}-\\x{10FFFF}" : "\\x{0}-\\x{7F}";
            default -> p + category(property, value) + '}';
          };
      case "General_Category", "gc" -> p + category(property, value) + '}';
      case "Script", "sc" -> p + script(property, value) + '}';
      default -> throw unknown(property);
    };
  }

  private static String category(String property, String value) {
    String found = SHORT.contains(value) ? value : CATEGORIES.get(value);
    if (found == null) {
      throw unknown(property);
    }
    return found;
  }

  private static String script(String property, String value) {
    String name = value.length() == 4 ? ofCode(property, value) : value;
    boolean isName = name.length() > 2 && name.matches("[A-Z][a-z]+(_[A-Z]?[a-z]+)*");
    if (!isName || !isKnown(name)) {
      throw unknown(property);
    }
    return name;
  }

  /** Of a code such as {@code Grek}, or a name of four letters. */
  private static String ofCode(String property, String code) {
    Character.UnicodeScript script;
    try {
      script = Character.UnicodeScript.forName(code);
    } catch (IllegalArgumentException none) {
      throw unknown(property);
    }
    StringBuilder name = new StringBuilder();
    for (String part : script.name().split("_")) {
      name.append(name.isEmpty() ? "" : "_")
          .append(part.charAt(0))
          .append(part.substring(1).toLowerCase(Locale.ROOT));
    }
    return name.toString();
  }

  private static boolean isKnown(String script) {
    try {
      Pattern.compile("\\p{" + script + '}');
      return true;
    } catch (PatternSyntaxException unknown) {
      return false;
    }
  }

  private static UnusablePattern unknown(String property) {
    return new UnusablePattern("has a \\p{" + property + "}, which is not known here");
  }
}
