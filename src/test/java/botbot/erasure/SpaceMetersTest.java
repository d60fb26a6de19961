package botbot.erasure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Api;
import botbot.testing.Backends;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Spaces as labels: the largest hundred, and no more. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class SpaceMetersTest {

  @Inject SpaceMeters meters;

  private final String run = UUID.randomUUID().toString().substring(0, 8);
  private final Api admin = Api.ofThisTest();

  @AfterEach
  void empty() throws SQLException {
    Backends.postgres().query("delete from session where space like '" + run + "%'");
    meters.refresh();
  }

  @Test
  void theLargestHundredHaveALabelAndTheRestShareOne() throws SQLException {
    Backends.postgres()
        .query(
            """
            insert into session (space, id, user_id, data, ttl_seconds, sliding, version,
                                 created_at, updated_at, expires_at)
            select '%s-' || s, s || '-' || n, 'u', '{}', 3600, true, 1, now(), now(),
                   now() + interval '1 h'
              from generate_series(1, 110) s, generate_series(1, 1000 + s) n
            """
                .formatted(run));
    meters.refresh();
    admin.inSpace(run + "-110").get("/v1/sessions/none").expect(404);
    admin.inSpace(run + "-1").get("/v1/sessions/none").expect(404);
    String check = "{\"subject\":\"s\"}";
    admin.inSpace(run + "-110").post("/v1/rate-checks", check).expect(200);
    String scraped = admin.get("/q/metrics").expect(200).body();
    assertTrue(scraped.contains("botbot_space_sessions{space=\"" + run + "-110\"} 1110.0"));
    assertTrue(scraped.contains("botbot_space_requests_total{space=\"" + run + "-110\"} 2.0"));
    assertFalse(scraped.contains("\"" + run + "-1\""));
    long labels = scraped.lines().filter(line -> line.startsWith("botbot_space_sessions{")).count();
    assertEquals(101, labels);
    assertTrue(admin.metric("botbot_space_sessions{space=\"(other)\"}") >= 10 * 1001);
    assertTrue(admin.metric("botbot_space_requests_total{space=\"(other)\"}") >= 1);
  }
}
