package botbot.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class BackendsTest {
  @Inject DataSource postgres;

  @Test
  void theServiceUsesTheServersThatATestCanBreak() throws SQLException {
    try (Connection connection = postgres.getConnection()) {
      assertEquals(Backends.postgres().jdbcUrl(), connection.getMetaData().getURL());
    }
    Backends.redis().command("SET", "a", "1");
    Backends.redis().kill();
    Backends.redis().start();
    assertEquals(null, Backends.redis().command("GET", "a"));
  }

  @Test
  void theClientReachesTheService() {
    assertEquals(200, Api.ofThisTest().withKey("").get("/q/health/live").status());
  }
}
