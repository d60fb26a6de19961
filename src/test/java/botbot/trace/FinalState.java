package botbot.trace;

import botbot.testing.Answer;
import botbot.testing.Api;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.TreeMap;

/**
 * The sessions and preferences of the trace's users, without what differs from replay to replay:
 * versions and instants. Rate counters are no part of it; they live in Redis alone.
 */
final class FinalState {
  private static final List<String> FIELDS =
      List.of("id", "userId", "channel", "agentId", "data", "ttlSeconds", "sliding");

  private FinalState() {}

  /** What the trace should leave behind. */
  static JsonNode expected(String run) {
    try {
      return Trace.JSON.readTree(Trace.finalState().toString().replace("{run}", run));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  /** What the service holds. */
  static JsonNode found(String run, Api api) {
    ObjectNode state = Trace.JSON.createObjectNode();
    TreeMap<String, ObjectNode> sessions = new TreeMap<>();
    ObjectNode preferences = Trace.JSON.createObjectNode();
    JsonNode users = expected(run).get("users");
    for (JsonNode user : users) {
      for (JsonNode item : list(api, user.asText())) {
        sessions.put(item.get("id").asText(), lasting(item));
      }
      Answer found = api.get("/v1/users/" + user.asText() + "/preferences").expect(200, 404);
      if (found.status() == 200) {
        preferences.set(user.asText(), found.json().get("preferences"));
      }
    }
    ArrayNode all = state.putArray("sessions");
    sessions.values().forEach(all::add);
    state.set("preferences", preferences);
    state.set("users", users);
    return state;
  }

  private static JsonNode list(Api api, String user) {
    return api.get("/v1/sessions?userId=" + user).expect(200).json().get("items");
  }

  private static ObjectNode lasting(JsonNode session) {
    ObjectNode kept = Trace.JSON.createObjectNode();
    FIELDS.forEach(field -> kept.set(field, session.get(field)));
    return kept;
  }
}
