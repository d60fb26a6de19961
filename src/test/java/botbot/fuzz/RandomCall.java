package botbot.fuzz;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Document;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One request of an operation of the document: half of them as the document has it, the others with
 * a few faults.
 *
 * @param key whose it is; empty for nobody's
 * @param headers name, value, name, …
 */
record RandomCall(String method, String path, String key, List<String> headers, byte[] body) {
  private static final int LONG = 300_000;

  /** Sends it; fails the test where the document has no such answer. */
  Answer send(Api api) {
    BodyPublisher sent = body == null ? Api.NO_BODY : BodyPublishers.ofByteArray(body);
    return api.withKey(key).send(method, path, sent, headers.toArray(String[]::new));
  }

  /** The next call; {@code keys} are good ones, the administrator's the first. */
  static RandomCall of(Document.Operation operation, Random random, List<String> keys) {
    return new Maker(operation, random).make(keys);
  }

  @Override
  public String toString() {
    String text = body == null ? "" : new String(body, StandardCharsets.UTF_8);
    String shown = text.length() < 2000 ? text : text.substring(0, 2000) + "…";
    return method + " " + path + " " + headers + " " + shown;
  }

  private static final class Maker {
    private final Document.Operation operation;
    private final RandomJson json;
    private final Random random;

    /** How likely each part of the call has a fault. */
    private final double faults;

    private final List<String> headers = new ArrayList<>();

    Maker(Document.Operation operation, Random random) {
      this.operation = operation;
      this.random = random;
      this.json = new RandomJson(random);
      this.faults = random.nextBoolean() ? 0 : 0.2;
    }

    RandomCall make(List<String> keys) {
      String path = path();
      byte[] body = body();
      if (fault()) {
        header(
            "Accept", json.one(List.of("*/*", "text/html", "application/problem+json", "x", "")));
      }
      String key = fault() ? json.one(List.of("", "unknown", json.one(keys))) : keys.getFirst();
      return new RandomCall(operation.method(), path, key, headers, body);
    }

    private boolean fault() {
      return json.chance(faults);
    }

    private void header(String name, String value) {
      headers.addAll(List.of(name, value));
    }

    private String path() {
      String path = operation.path();
      List<String> query = new ArrayList<>();
      for (JsonNode reference : operation.is().path("parameters")) {
        JsonNode parameter = Document.committed().follow(reference);
        String name = parameter.path("name").asText();
        boolean needed = parameter.path("required").asBoolean();
        String value =
            fault() ? json.anyText() : json.valid(name, parameter.path("schema")).asText();
        switch (parameter.path("in").asText()) {
          case "path" -> path = path.replace("{" + name + "}", encoded(value));
          case "query" -> {
            if (needed ? !fault() : json.chance(0.4)) {
              // a cursor is the service's own, so that most are none
              query.add(name + "=" + encoded(name.equals("cursor") ? json.anyText() : value));
            }
          }
          default -> {
            if (json.chance(0.2)) {
              header(name, json.one(List.of("*", "\"1\"", "W/\"2\", \"3\"", "none", "\"")));
            }
          }
        }
      }
      if (fault()) {
        query.add(query.isEmpty() || random.nextBoolean() ? "unknown=1" : query.getFirst());
      }
      return query.isEmpty() ? path : path + "?" + String.join("&", query);
    }

    private static String encoded(String value) {
      return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private byte[] body() {
      JsonNode body = operation.is().path("requestBody");
      if (body.isMissingNode() || (!body.path("required").asBoolean() && json.chance(0.3))) {
        return fault() ? bytes("{}") : null;
      }
      List<Map.Entry<String, JsonNode>> types = new ArrayList<>(body.path("content").properties());
      Map.Entry<String, JsonNode> type = json.one(types);
      header(
          "Content-Type",
          fault() ? json.one(List.of("text/plain", "application/json;a=b", "x")) : type.getKey());
      JsonNode valid = json.valid("body", type.getValue().path("schema"));
      return fault() || fault() ? broken(valid) : bytes(valid.toString());
    }

    private byte[] broken(JsonNode valid) {
      String text = valid.toString();
      return switch (random.nextInt(10)) {
        case 0 -> bytes(json.any(3).toString());
        case 1 -> bytes(text.substring(0, random.nextInt(text.length() + 1)));
        case 2 -> bytes(text.replaceFirst("\\{", "{\"unknown\":1,"));
        case 3 -> bytes(text.replaceFirst("\\{(\"[^\"]+\":)", "{$1 1, $1"));
        case 4 -> bytes("[".repeat(2000) + "]".repeat(2000));
        case 5 -> bytes(text.replaceAll(":[0-9]+", ":1e999999999"));
        case 6 -> bytes("\"" + "x".repeat(LONG) + "\"");
        case 7 -> text.getBytes(StandardCharsets.UTF_16);
        case 8 -> flipped(bytes(text));
        default -> bytes(replaced(valid).toString());
      };
    }

    private byte[] flipped(byte[] text) {
      byte[] flipped = Arrays.copyOf(text, text.length);
      if (flipped.length > 0) {
        flipped[random.nextInt(flipped.length)] = (byte) random.nextInt(256);
      }
      return flipped;
    }

    /** The value with one of its parts replaced by any other, or left out. */
    private JsonNode replaced(JsonNode valid) {
      if (valid instanceof ObjectNode object && !object.isEmpty() && json.chance(0.9)) {
        ObjectNode other = JsonNodeFactory.instance.objectNode().setAll(object);
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        String name = json.one(names);
        return json.chance(0.2)
            ? other.without(name)
            : other.set(name, replaced(object.path(name)));
      }
      if (valid instanceof ArrayNode array && !array.isEmpty() && json.chance(0.9)) {
        ArrayNode other = JsonNodeFactory.instance.arrayNode().addAll(array);
        int index = random.nextInt(array.size());
        other.set(index, replaced(array.get(index)));
        return other;
      }
      return json.any(3);
    }

    private static byte[] bytes(String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }
}
