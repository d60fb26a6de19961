package botbot.http.patch;

import botbot.http.json.Json;
import botbot.http.json.Limits;
import botbot.http.problem.BadInput;
import botbot.http.problem.Conflict;
import botbot.http.problem.TooLarge;
import botbot.http.problem.Unprocessable;
import botbot.http.problem.Violation;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.flipkart.zjsonpatch.CompatibilityFlags;
import com.flipkart.zjsonpatch.JsonPatchApplicationException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/** JSON Patch (RFC 6902) by zjsonpatch: all operations are applied, in their order, or none. */
public final class JsonPatch {
  /** The media type of a patch document. */
  public static final String MEDIA_TYPE = "application/json-patch+json";

  /** How many operations a patch has at most. */
  public static final int MAX_OPERATIONS = 100;

  private static final EnumSet<CompatibilityFlags> STRICT =
      EnumSet.of(CompatibilityFlags.FORBID_REMOVE_MISSING_OBJECT);

  /** The members that an operation needs beside {@code op}. */
  private static final Map<String, Set<String>> MEMBERS =
      Map.of(
          "add", Set.of("path", "value"),
          "remove", Set.of("path"),
          "replace", Set.of("path", "value"),
          "move", Set.of("from", "path"),
          "copy", Set.of("from", "path"),
          "test", Set.of("path", "value"));

  /** RFC 6901, section 3. */
  private static final Pattern POINTER = Pattern.compile("(/([^~/]|~[01])*+)*+");

  /** The members that lead to what must be there already. */
  private static final Map<String, Set<String>> MUST_EXIST =
      Map.of(
          "remove", Set.of("path"),
          "replace", Set.of("path"),
          "move", Set.of("from"),
          "copy", Set.of("from"));

  private static final Set<String> DEEPEN_NOTHING = Set.of("test", "remove");

  /**
   * How deep a resource may be nested: its document's depth, and one for the resource around it.
   */
  private static final int MAX_DEPTH = Limits.DEPTH + 1;

  private JsonPatch() {}

  /**
   * What {@code operations} make of {@code target}; neither of them is changed. {@link BadInput}
   * for what is no patch, {@link Conflict} for a {@code test} that fails, {@link Unprocessable}
   * with its index for an operation that cannot be applied. The result is held against {@code
   * limits} after each copy, since copies of copies grow without bound, and its depth after each
   * operation that may have added to it.
   */
  public static JsonNode apply(JsonNode target, JsonNode operations, Limits limits) {
    check(operations);
    JsonNode result = target;
    for (int i = 0; i < operations.size(); i++) {
      result = apply(result, (ObjectNode) operations.get(i), i);
      String op = operations.get(i).path("op").asText();
      if (!DEEPEN_NOTHING.contains(op) && isDeeperThan(result, MAX_DEPTH)) {
        throw BadInput.tooDeep("[" + i + "]", Limits.DEPTH);
      }
      if (op.equals("copy") && Json.of(result).bytes() > limits.body()) {
        throw new TooLarge(limits.body());
      }
    }
    return result;
  }

  private static JsonNode apply(JsonNode target, ObjectNode operation, int index) {
    boolean test = operation.path("op").asText().equals("test");
    if (test) {
      JsonNode found = target.at(operation.path("path").asText());
      if (found.isMissingNode() || !equal(found, operation.get("value"))) {
        throw new Conflict("Operation " + index + " of the patch: its test does not hold.");
      }
      return target;
    }
    for (String member : MUST_EXIST.getOrDefault(operation.path("op").asText(), Set.of())) {
      // the library takes "-" for the last item
      if (target.at(operation.path(member).asText()).isMissingNode()) {
        throw notApplicable(index);
      }
    }
    ArrayNode one = JsonNodeFactory.instance.arrayNode().add(operation);
    try {
      return com.flipkart.zjsonpatch.JsonPatch.apply(one, target, STRICT);
    } catch (JsonPatchApplicationException
        | IllegalStateException
        | IllegalArgumentException unfit) {
      // the latter two for an array that is taken for an object, and for an index beyond an int
      throw notApplicable(index);
    }
  }

  private static Unprocessable notApplicable(int index) {
    return new Unprocessable(
        List.of(new Violation("[" + index + "]", "cannot be applied to what is there")));
  }

  /** Whether a container is nested so deep; by level, as recursion would go as deep as it. */
  private static boolean isDeeperThan(JsonNode tree, int depth) {
    List<JsonNode> level = List.of(tree);
    for (int i = 0; i < depth && !level.isEmpty(); i++) {
      level =
          level.stream()
              .flatMap(node -> StreamSupport.stream(node.spliterator(), false))
              .filter(JsonNode::isContainerNode)
              .toList();
    }
    return !level.isEmpty();
  }

  private static void check(JsonNode operations) {
    if (!operations.isArray() || operations.size() > MAX_OPERATIONS) {
      throw new BadInput("body", "must be an array of at most " + MAX_OPERATIONS + " operations");
    }
    for (int i = 0; i < operations.size(); i++) {
      check(operations.get(i), "[" + i + "]");
    }
  }

  private static void check(JsonNode operation, String at) {
    JsonNode op = operation.path("op");
    Set<String> members = op.isTextual() ? MEMBERS.get(op.asText()) : null;
    if (members == null) {
      throw new BadInput(at + ".op", "must be add, remove, replace, move, copy or test");
    }
    for (String member : members) {
      JsonNode value = operation.get(member);
      if (value == null) {
        throw new BadInput(at + "." + member, "must be there");
      }
      boolean pointer = !member.equals("value");
      if (pointer && !(value.isTextual() && POINTER.matcher(value.asText()).matches())) {
        throw new BadInput(at + "." + member, "must be a JSON Pointer (RFC 6901)");
      }
    }
  }

  /** Equality as RFC 6902, section 4.6 has it: of numbers by their value. */
  private static boolean equal(JsonNode one, JsonNode other) {
    if (one.isNumber() && other.isNumber()) {
      return DecimalValue.of(one.asText()).equals(DecimalValue.of(other.asText()));
    }
    if (one.isObject() && other.isObject()) {
      return one.size() == other.size()
          && one.properties().stream()
              .allMatch(
                  field ->
                      other.has(field.getKey())
                          && equal(field.getValue(), other.get(field.getKey())));
    }
    if (one.isArray() && other.isArray()) {
      return one.size() == other.size()
          && IntStream.range(0, one.size()).allMatch(i -> equal(one.get(i), other.get(i)));
    }
    return one.equals(other);
  }
}
