package botbot.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writes of another instance, of which that one could not tell Redis. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class WrittenElsewhereTest {

  @Inject AgroalDataSource database;

  private final Api api = Api.ofThisTest();

  @RepeatedTest(5)
  void afterA412TheNextReadShowsWhatItsTagTells() throws SQLException {
    String path = "/v1/sessions/shown";
    api.put(path, "{\"userId\":\"u\",\"data\":{}}").expect(200, 201);
    api.get(path).expect(200);
    long version = writeElsewhere("version = w.version", "shown");
    Answer refused =
        api.put(path, "{\"userId\":\"u\",\"data\":{}}", "If-Match", "\"1\"").expect(412);
    assertEquals("\"" + version + "\"", refused.etag().orElseThrow());
    assertEquals("\"" + version + "\"", api.get(path).expect(200).etag().orElseThrow());
  }

  /** The second as by a server that was promoted, and gives the number of a lost version again. */
  @ParameterizedTest
  @ValueSource(strings = {"version = w.version", "updated_at = s.updated_at + interval '1 ms'"})
  void aPatchIsOfTheSessionThatPostgresHas(String change) throws SQLException {
    String path = "/v1/sessions/patched-elsewhere";
    api.put(path, "{\"userId\":\"u\",\"data\":{\"here\":1}}").expect(200, 201);
    api.get(path).expect(200);
    writeElsewhere(change + ", data = '{\"there\":2}'", "patched-elsewhere");
    Answer patched = api.patch(path, "{\"data\":{\"more\":3}}").expect(200);
    assertEquals("{\"there\":2,\"more\":3}", patched.json().get("data").toString());
    assertEquals(patched.body(), api.get(path).expect(200).body());
  }

  @Test
  void aPatchIsOfThePreferencesThatPostgresHas() throws SQLException {
    String path = "/v1/users/patched-elsewhere/preferences";
    api.put(path, "{\"preferences\":{\"here\":1}}").expect(200, 201);
    api.get(path).expect(200);
    elsewhere(
        """
        update user_preferences
           set version = w.version, preferences = '{"there":2}'
          from begin_write('default', 'preferences', 'patched-elsewhere', null) w
         where user_id = 'patched-elsewhere'
        returning w.version
        """);
    Answer patched = api.patch(path, "{\"preferences\":{\"more\":3}}").expect(200);
    assertEquals("{\"there\":2,\"more\":3}", patched.json().get("preferences").toString());
    assertEquals(patched.body(), api.get(path).expect(200).body());
  }

  /** The version of a write of a session. */
  private long writeElsewhere(String change, String id) throws SQLException {
    return elsewhere(
        """
        update session s set %s from begin_write('default', 'sessions', '%s', 'u') w
         where s.id = '%s' returning w.version
        """
            .formatted(change, id, id));
  }

  private long elsewhere(String update) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(update)) {
      assertTrue(row.next());
      return row.getLong(1);
    }
  }
}
