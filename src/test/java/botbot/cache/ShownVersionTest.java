package botbot.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.RepeatedTest;

/** What an instance has shown it does not take back, though another could not tell Redis of it. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class ShownVersionTest {

  @Inject AgroalDataSource database;

  private final Api api = Api.ofThisTest();

  @RepeatedTest(5)
  void afterA412TheNextReadShowsWhatItsTagTells() throws SQLException {
    String path = "/v1/sessions/shown";
    api.put(path, "{\"userId\":\"u\",\"data\":{}}").expect(200, 201);
    api.get(path).expect(200);
    long version = writeElsewhere("shown");
    Answer refused =
        api.put(path, "{\"userId\":\"u\",\"data\":{}}", "If-Match", "\"1\"").expect(412);
    assertEquals("\"" + version + "\"", refused.etag().orElseThrow());
    assertEquals("\"" + version + "\"", api.get(path).expect(200).etag().orElseThrow());
  }

  /** A write by another instance, of which Redis has not heard. */
  private long writeElsewhere(String id) throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      long version;
      try (PreparedStatement begin =
          connection.prepareStatement(
              "select version from begin_write('default', 'sessions', ?, 'u')")) {
        begin.setString(1, id);
        ResultSet row = begin.executeQuery();
        row.next();
        version = row.getLong(1);
      }
      try (PreparedStatement update =
          connection.prepareStatement("update session set version = ? where id = ?")) {
        update.setLong(1, version);
        update.setString(2, id);
        assertEquals(1, update.executeUpdate());
      }
      connection.commit();
      connection.setAutoCommit(true);
      return version;
    }
  }
}
