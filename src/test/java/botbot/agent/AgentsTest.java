package botbot.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What differs from settings; the rest is one mechanism, tried in {@code SettingsTest}. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class AgentsTest {

  private final Api api = Api.ofThisTest();
  private final String id = "a:" + UUID.randomUUID();
  private final String path = "/v1/agents/" + id + "/config";

  @Test
  void anAgentHasItsIdAndItsConfig() {
    Answer put = api.put(path, "{\"config\":{\"model\":\"m\"}}").expect(201);
    JsonNode json = api.get(path).expect(200).json();
    assertEquals(put.json(), json);
    assertEquals(id, json.get("agentId").asText());
    assertEquals("m", json.get("config").get("model").asText());
    assertEquals(5, json.size());
  }

  @Test
  void aConfigIsAnObject() {
    Answer refused = api.put(path, "{\"config\":[]}").expect(400);
    assertEquals("config", refused.json().at("/violations/0/field").asText());
  }

  @Test
  void anAgentAndASettingOfTheSameNameAreTwoThings() {
    api.put(path, "{\"config\":{}}").expect(201);
    api.get("/v1/settings/" + id).expect(404);
  }

  @Test
  void aViolationOfTheSchemaIsNamedByItsPlaceInTheConfig() {
    String body =
        "{\"config\":{\"a\":{\"b\":1}},\"schema\":{\"properties\":{\"a\":{\"properties\":{\"b\":{\"type\":\"string\"}}}}}}";
    Answer refused = api.put(path, body).expect(422);
    assertEquals("config.a.b", refused.json().at("/violations/0/field").asText());
    api.get(path).expect(404);
  }

  @Test
  void aCheckOfAConfigStoresNothing() {
    api.post(path + "/check", "{\"config\":{}}").expect(204);
    api.post(path + "/check", "{\"config\":[]}").expect(400);
    api.post(path + "/check", "{\"config\":{},\"schema\":{\"required\":[\"a\"]}}").expect(422);
    api.get(path).expect(404);
  }

  @Test
  void anAgentHasHistoryRollbackBatchAndList() {
    api.put(path, "{\"config\":{\"n\":1}}").expect(201);
    api.put(path, "{\"config\":{\"n\":2}}").expect(200);
    assertEquals(2, api.get(path + "/versions").expect(200).json().get("items").size());
    assertEquals(1, api.get(path + "/versions/1").expect(200).json().at("/config/n").asInt());
    assertEquals(
        3,
        api.post(path + "/rollback", "{\"version\":1}").expect(200).json().get("version").asInt());
    Answer batch = api.post("/v1/agents/batch-get", "{\"ids\":[\"" + id + "\"]}").expect(200);
    assertEquals(1, batch.json().at("/items/0/config/n").asInt());
    Answer list = api.get("/v1/agents?prefix=" + id).expect(200);
    assertEquals(id, list.json().at("/items/0/agentId").asText());
    api.delete(path).expect(204);
    api.get(path).expect(404);
  }
}
