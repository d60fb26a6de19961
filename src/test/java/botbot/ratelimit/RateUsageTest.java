package botbot.ratelimit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.ratelimit.policy.RateUsage;
import botbot.testing.Api;
import botbot.testing.Backends;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class RateUsageTest {

  @Inject RateUsage usage;

  private final Api api = Api.ofThisTest();
  private final Policies policies = new Policies(api);
  private final String name = "usage-" + UUID.randomUUID();

  @Test
  void tellsWhatAPolicyDecidedOfLate() {
    policies.put(name, name, 2, 60_000);
    policies.put(name + "-shadow", name, 1, 60_000, "\"shadow\":true");
    policies.check("ada", name).expect(200);
    policies.check("ada", name).expect(200);
    policies.check("ada", name).expect(429);
    policies.peek("ada", name);
    usage.look();
    JsonNode limit = of(name);
    assertTrue(limit.get("observedSeconds").asLong() >= 5);
    assertEquals(
        "{\"admitted\":2,\"denied\":1,\"shadowDenied\":0}", limit.get("lastHour").toString());
    assertEquals(limit.get("lastHour"), limit.get("lastMinute"));
    assertEquals(2, of(name + "-shadow").at("/lastHour/shadowDenied").asLong());
  }

  @Test
  void beginsAfreshWithAPolicyOfTheSameName() {
    policies.put(name, name, 2, 60_000);
    usage.look();
    policies.check("ada", name).expect(200);
    usage.look();
    assertEquals(1, of(name).at("/lastHour/admitted").asLong());
    api.delete("/v1/rate-policies/" + name).expect(204);
    assertEquals(
        0, api.get("/v1/rate-usage?policy=" + name).expect(200).json().get("items").size());
    policies.put(name, name, 2, 60_000);
    usage.look();
    assertEquals(0, of(name).at("/lastHour/admitted").asLong());
  }

  @Test
  void isUnknownInAnotherSpaceAndForAdministratorsAlone() {
    policies.put(name, name, 2, 60_000);
    String other = "/v1/rate-usage?policy=" + name;
    JsonNode items = api.get(other, "Botbot-Space", "elsewhere").expect(200).json().get("items");
    assertEquals(0, items.size());
    String client = "{\"name\":\"" + name + "\",\"roles\":[\"frontend\"]}";
    String key = api.post("/v1/clients", client).expect(201).json().get("key").asText();
    api.withKey(key).get("/v1/rate-usage").expect(403);
  }

  @Test
  void isPagedAsThePoliciesAre() {
    policies.put(name, name, 2, 60_000);
    policies.put(name + "-b", name, 2, 60_000);
    String cursor =
        api.get("/v1/rate-policies?limit=1").expect(200).json().get("nextCursor").asText();
    JsonNode next = api.get("/v1/rate-policies?limit=1&cursor=" + cursor).expect(200).json();
    JsonNode used = api.get("/v1/rate-usage?limit=1&cursor=" + cursor).expect(200).json();
    assertEquals(next.at("/items/0/name"), used.at("/items/0/policy"));
    assertEquals(next.get("nextCursor"), used.get("nextCursor"));
  }

  private JsonNode of(String policy) {
    JsonNode items = api.get("/v1/rate-usage?policy=" + policy).expect(200).json().get("items");
    assertEquals(1, items.size());
    return items.get(0);
  }
}
