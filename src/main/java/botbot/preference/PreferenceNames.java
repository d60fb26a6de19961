package botbot.preference;

import botbot.http.BadInput;
import botbot.http.Json;
import botbot.http.ValidName;
import botbot.http.Violation;
import java.util.List;

/** Preferences are an object, each of whose fields has an address of its own. */
final class PreferenceNames {

  private PreferenceNames() {}

  /** Refuses what is no object with {@code otherwise}, and names every field without an address. */
  static void require(Json preferences, String otherwise) {
    if (!preferences.isObject()) {
      throw new BadInput("preferences", otherwise);
    }
    List<Violation> unaddressable =
        preferences.tree().properties().stream()
            .filter(field -> !field.getKey().matches(ValidName.REGEX))
            .map(field -> violation(field.getKey()))
            .toList();
    if (!unaddressable.isEmpty()) {
      throw new BadInput(unaddressable);
    }
  }

  private static Violation violation(String name) {
    return new Violation(
        "preferences." + name, "its name must be 1 to 128 of A-Z a-z 0-9 . _ : @ -");
  }
}
