package botbot.preference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class PreferencesTest {

  private Api api;

  @BeforeEach
  void callTheService() {
    api = Api.ofThisTest();
  }

  @Test
  void aUserHasNonePreferencesUntilTheyArePut() {
    String path = "/v1/users/put/preferences";
    api.get(path).expect(404);
    api.put(path, "{\"preferences\":{\"lang\":\"en\"}}").expect(201);
    Answer read = api.get(path).expect(200);
    assertEquals("{\"lang\":\"en\"}", read.json().get("preferences").toString());
    assertEquals("put", read.json().get("userId").textValue());
    assertEquals("\"" + read.json().get("version") + "\"", read.etag().orElseThrow());
    api.put(path, "{\"preferences\":{}}").expect(200);
    assertEquals("{}", api.get(path).json().get("preferences").toString());
    api.delete(path).expect(204);
    api.delete(path).expect(404);
    api.get(path).expect(404);
  }

  @Test
  void aPatchCreatesWhereThereIsNoneAndMergesWhereThereIs() {
    String path = "/v1/users/patch/preferences";
    api.patch(path, "{\"preferences\":{\"a\":1,\"b\":null}}").expect(201);
    Answer patched =
        api.patch(path, "{\"preferences\":{\"a\":null,\"c\":{\"d\":null,\"e\":2}}}").expect(200);
    assertEquals("{\"c\":{\"e\":2}}", patched.json().get("preferences").toString());
    api.patch(path, "1").expect(400);
  }

  @Test
  void oneHasAnAddressOfItsOwn() {
    String path = "/v1/users/one/preferences/theme";
    api.get(path).expect(404);
    api.delete(path).expect(404);
    api.put(path, "{\"value\":{\"dark\":true}}").expect(201);
    Answer read = api.get(path).expect(200);
    assertEquals("{\"dark\":true}", read.json().get("value").toString());
    api.put(path, "{\"value\":null}", "If-Match", read.etag().orElseThrow()).expect(200);
    assertTrue(api.get(path).expect(200).json().get("value").isNull());
    api.put(path, "{\"value\":1}", "If-Match", read.etag().orElseThrow()).expect(412);
    api.put(path, "{\"value\":1}", "If-None-Match", "*").expect(412);
    api.put("/v1/users/one/preferences/new", "{\"value\":1}", "If-None-Match", "*").expect(201);
    api.put("/v1/users/one/preferences/newer", "{\"value\":1}", "If-Match", "*").expect(412);
    api.put(path, "{}").expect(400);
    api.delete(path).expect(204);
    api.get(path).expect(404);
    Answer all = api.get("/v1/users/one/preferences").expect(200);
    assertEquals("{\"new\":1}", all.json().get("preferences").toString());
  }

  @Test
  void aNameThatHasNoAddressIsRefused() {
    String path = "/v1/users/names/preferences";
    for (String name : new String[] {"", " a", ".", "x".repeat(513)}) {
      String object = "{\"" + name + "\":1}";
      Answer refused = api.put(path, "{\"preferences\":" + object + "}").expect(400);
      assertEquals("preferences." + name, refused.json().at("/violations/0/field").textValue());
      api.patch(path, "{\"preferences\":" + object + "}").expect(400);
    }
    api.put(path, "{\"preferences\":{\"a.b_c:d@e-F1\":{\"any name\":1}}}").expect(201);
  }

  @Test
  void theVersionGrowsOverDeletion() {
    String path = "/v1/users/grows/preferences";
    long first = api.put(path, "{\"preferences\":{}}").json().get("version").longValue();
    api.delete(path).expect(204);
    long second =
        api.put(path, "{\"preferences\":{}}").expect(201).json().get("version").longValue();
    assertTrue(second > first);
  }
}
