package botbot.ratelimit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class ClientCallsTest {

  private final Api admin = Api.ofThisTest();

  @Test
  void aClientsOwnCallsAreLimitedByItsTier() {
    String tier = "tier-" + UUID.randomUUID();
    String policy =
        "{\"tier\":\"%s\",\"endpoint\":\"api\",\"limit\":3,\"windowMs\":60000}".formatted(tier);
    admin.put("/v1/rate-policies/" + tier, policy).expect(201);
    Api client = admin.withKey(key(tier));
    Api other = admin.withKey(key("other-" + tier));
    Answer first = client.get("/v1/sessions/none").expect(404);
    assertEquals("\"" + tier + "\";q=3;w=60", first.header("RateLimit-Policy"));
    assertTrue(first.header("RateLimit").startsWith("\"" + tier + "\";r=2;t="));
    Answer check = client.get("/v1/rate-checks?subject=a").expect(200);
    assertEquals("", check.header("RateLimit"), "the fields of a check are the check's own");
    Answer last = client.get("/v1/settings?limit=1").expect(200);
    assertTrue(last.header("RateLimit").startsWith("\"" + tier + "\";r=0;t="));
    Answer refused = client.get("/v1/sessions/none").expect(429);
    assertEquals("client", refused.json().get("scope").asText());
    assertEquals(tier, refused.json().get("violated-policies").get(0).asText());
    assertEquals(0, refused.json().get("remaining").asInt());
    assertEquals("\"" + tier + "\";q=3;w=60", refused.header("RateLimit-Policy"));
    assertFalse(refused.header("Retry-After").isEmpty());
    assertEquals("no-store", refused.header("Cache-Control"));
    double denied =
        admin.metric("botbot_rate_checks_total{", "\"" + tier + "\"", "outcome=\"denied\"");
    assertEquals(1.0, denied, "asked once for each call, whatever way it took");
    other.get("/v1/sessions/none").expect(404);
    admin.get("/v1/sessions/none").expect(404);
  }

  private String key(String tier) {
    String body =
        "{\"name\":\"%s\",\"roles\":[\"frontend\"],\"tier\":\"%s\"}"
            .formatted(UUID.randomUUID(), tier);
    return admin.post("/v1/clients", body).expect(201).json().get("key").asText();
  }
}
