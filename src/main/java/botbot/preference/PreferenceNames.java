package botbot.preference;

import botbot.http.ValidId;
import botbot.http.json.Json;
import botbot.http.problem.BadInput;
import botbot.http.problem.Violation;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Preferences are an object, each of whose fields has an address of its own. */
final class PreferenceNames {

  private PreferenceNames() {}

  /** Refuses what is no object, and names every field without an address. */
  static void require(Json preferences) {
    if (!preferences.isObject()) {
      throw new BadInput("preferences", "must be an object");
    }
    List<Violation> unaddressable =
        unaddressable(preferences).map(PreferenceNames::violation).toList();
    if (!unaddressable.isEmpty()) {
      throw new BadInput(unaddressable);
    }
  }

  /** Whether {@link #require} lets them pass. */
  static boolean areAddressable(Json preferences) {
    return preferences.isObject() && unaddressable(preferences).findAny().isEmpty();
  }

  private static Stream<String> unaddressable(Json preferences) {
    return preferences.tree().properties().stream()
        .map(Map.Entry::getKey)
        .filter(name -> !ValidId.Validator.isId(name));
  }

  private static Violation violation(String name) {
    return new Violation("preferences." + name, "its name " + ValidId.MESSAGE);
  }
}
