package botbot.preference;

import botbot.http.BadInput;
import botbot.http.Json;
import botbot.http.ValidId;
import botbot.http.Violation;
import java.util.List;

/** Preferences are an object, each of whose fields has an address of its own. */
final class PreferenceNames {

  private PreferenceNames() {}

  /** Refuses what is no object, and names every field without an address. */
  static void require(Json preferences) {
    if (!preferences.isObject()) {
      throw new BadInput("preferences", "must be an object");
    }
    List<Violation> unaddressable =
        preferences.tree().properties().stream()
            .filter(field -> !ValidId.Validator.isId(field.getKey()))
            .map(field -> violation(field.getKey()))
            .toList();
    if (!unaddressable.isEmpty()) {
      throw new BadInput(unaddressable);
    }
  }

  private static Violation violation(String name) {
    return new Violation("preferences." + name, "its name " + ValidId.MESSAGE);
  }
}
