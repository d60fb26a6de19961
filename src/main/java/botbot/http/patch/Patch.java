package botbot.http.patch;

import botbot.http.json.Json;
import botbot.http.json.Limits;
import botbot.http.problem.BadInput;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** A change of a resource as GET shows it, in one of the two forms that PATCH takes. */
public sealed interface Patch {
  /** What PATCH takes, for {@code Accept-Patch} (RFC 5789). */
  String MEDIA_TYPES = MergePatch.MEDIA_TYPE + ", " + JsonPatch.MEDIA_TYPE;

  /** What this makes of {@code shown}, which stays as it is. */
  JsonNode applyTo(ObjectNode shown, Limits limits);

  /** The fields of the resource that this names to change; none where only the result tells. */
  Set<String> named();

  /**
   * Reads a body by its content type: {@link JsonPatch#MEDIA_TYPE}, else a merge-patch, which must
   * be an object, as resources are.
   */
  static Patch of(String contentType, Json body) {
    if (contentType.toLowerCase(Locale.ROOT).startsWith(JsonPatch.MEDIA_TYPE)) {
      return new Operations(body.tree());
    }
    if (body.tree() instanceof ObjectNode fields) {
      return new Merge(fields);
    }
    throw new BadInput("body", "a merge-patch of a resource must be an object");
  }

  /** RFC 7396. */
  record Merge(ObjectNode fields) implements Patch {
    @Override
    public JsonNode applyTo(ObjectNode shown, Limits limits) {
      return MergePatch.apply(shown, fields);
    }

    @Override
    public Set<String> named() {
      Set<String> names = new HashSet<>();
      fields.fieldNames().forEachRemaining(names::add);
      return names;
    }
  }

  /** RFC 6902. */
  record Operations(JsonNode operations) implements Patch {
    @Override
    public JsonNode applyTo(ObjectNode shown, Limits limits) {
      return JsonPatch.apply(shown, operations, limits);
    }

    @Override
    public Set<String> named() {
      return Set.of();
    }
  }
}
