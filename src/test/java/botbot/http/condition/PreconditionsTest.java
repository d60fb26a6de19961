package botbot.http.condition;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import botbot.http.problem.BadInput;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreconditionsTest {

  private static final Optional<EntityTag> SEVEN = Optional.of(EntityTags.of(7));
  private static final Optional<EntityTag> NOTHING = Optional.empty();

  @ParameterizedTest
  @ValueSource(
      strings = {"\"7\"", "*", "\"1\", \"7\"", "\"1\",\"7\",", "W/\"7\", \"7\"", "\"a,b\" , \"7\""})
  void ifMatchLetsTheNamedVersionPass(String header) {
    assertDoesNotThrow(() -> ifMatch(header).checkWrite(SEVEN));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"6\"", "W/\"6\"", "\"77\"", "\"\""})
  void ifMatchRefusesOtherVersionsAndWeakTags(String header) {
    PreconditionFailed refused =
        assertThrows(PreconditionFailed.class, () -> ifMatch(header).checkWrite(SEVEN));
    assertEquals(412, refused.status());
    assertEquals("\"7\"", refused.headers().get("ETag"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"7\"", "*"})
  void ifMatchRefusesWhatWouldBeCreated(String header) {
    PreconditionFailed refused =
        assertThrows(PreconditionFailed.class, () -> ifMatch(header).checkWrite(NOTHING));
    assertEquals(Map.of(), refused.headers());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"7\"", "W/\"7\"", "*", "\"6\", W/\"7\""})
  void ifNoneMatchRefusesTheNamedVersionWeakOrStrong(String header) {
    assertThrows(PreconditionFailed.class, () -> ifNoneMatch(header).checkWrite(SEVEN));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"7\"", "W/\"7\"", "*"})
  void ifNoneMatchLetsACreationPass(String header) {
    assertDoesNotThrow(() -> ifNoneMatch(header).checkWrite(NOTHING));
  }

  @Test
  void bothHeadersMustHold() {
    Preconditions both = of(Map.of("If-Match", List.of("\"7\""), "If-None-Match", List.of("*")));
    assertThrows(PreconditionFailed.class, () -> both.checkWrite(SEVEN));
    assertThrows(PreconditionFailed.class, () -> both.checkWrite(NOTHING));
  }

  @Test
  void severalLinesAreOneList() {
    Preconditions lines = of(Map.of("If-Match", List.of("\"1\"", "\"7\"")));
    assertDoesNotThrow(() -> lines.checkWrite(SEVEN));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "7",
        "\"7",
        "7\"",
        "\"7\" \"8\"",
        "\"7\"x",
        "",
        " ",
        ",",
        "*, \"7\"",
        "w/\"7\"",
        "W/7",
        "W/",
        "\"a b\""
      })
  void anythingElseIsMalformed(String header) {
    assertEquals(400, assertThrows(BadInput.class, () -> ifMatch(header)).status());
    assertEquals(400, assertThrows(BadInput.class, () -> ifNoneMatch(header)).status());
  }

  @Test
  void noHeaderIsNoCondition() {
    assertEquals(Preconditions.NONE, of(Map.of()));
    assertDoesNotThrow(() -> Preconditions.NONE.checkWrite(NOTHING));
  }

  private static Preconditions ifMatch(String header) {
    return of(Map.of("If-Match", List.of(header)));
  }

  private static Preconditions ifNoneMatch(String header) {
    return of(Map.of("If-None-Match", List.of(header)));
  }

  private static Preconditions of(Map<String, List<String>> headers) {
    return Preconditions.from(
        (HttpHeaders)
            Proxy.newProxyInstance(
                HttpHeaders.class.getClassLoader(),
                new Class<?>[] {HttpHeaders.class},
                (proxy, method, args) -> headers.getOrDefault((String) args[0], List.of())));
  }
}
