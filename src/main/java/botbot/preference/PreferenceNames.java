package botbot.preference;

import botbot.http.ValidId;
import botbot.http.json.Json;
import botbot.http.problem.BadInput;
import botbot.http.problem.Violation;
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
