package botbot.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code If-Match} and {@code If-None-Match} on every kind of single resource (RFC 9110, section
 * 13).
 */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class ConditionalRequestsTest {

  /**
   * A kind of resource that has GET, PUT and DELETE: its path, a body to PUT, and a patch if it
   * takes one.
   */
  record Kind(String path, String body, Optional<String> patch) {

    @Override
    public String toString() {
      return path;
    }
  }

  static Stream<Kind> kinds() {
    return Stream.of(
        new Kind("/v1/sessions/%s", "{\"userId\":\"u\"}", Optional.of("{\"data\":{\"a\":1}}")),
        new Kind(
            "/v1/users/%s/preferences",
            "{\"preferences\":{\"a\":1}}", Optional.of("{\"preferences\":{\"b\":1}}")),
        new Kind("/v1/users/%s/preferences/a", "{\"value\":1}", Optional.empty()),
        new Kind("/v1/agents/%s/config", "{\"config\":{\"a\":1}}", Optional.empty()),
        new Kind("/v1/settings/%s", "{\"value\":1}", Optional.empty()),
        new Kind("/v1/scratch/conditions/%s", "{\"a\":1}", Optional.empty()),
        new Kind(
            "/v1/rate-policies/%s",
            "{\"tier\":\"none\",\"endpoint\":\"none\",\"limit\":1,\"windowMs\":1000}",
            Optional.empty()));
  }

  static Stream<Kind> cached() {
    return kinds().filter(kind -> !kind.path().startsWith("/v1/rate-policies"));
  }

  static Stream<Kind> patchable() {
    return kinds().filter(kind -> kind.patch().isPresent());
  }

  private final Api api = Api.ofThisTest();
  private final String name = "c-" + UUID.randomUUID();

  @ParameterizedTest
  @MethodSource("kinds")
  void aReadHonoursItsConditions(Kind kind) {
    String path = create(kind);
    String tag = tag(path);
    Answer unchanged = api.get(path, "If-None-Match", tag).expect(304);
    assertEquals(tag, unchanged.etag().orElseThrow());
    assertEquals("", unchanged.body());
    assertTrue(unchanged.header("Cache-Control").contains("no-transform"));
    api.get(path, "If-None-Match", "W/" + tag).expect(304);
    api.get(path, "If-None-Match", "\"0\", " + tag).expect(304);
    api.get(path, "If-None-Match", "*").expect(304);
    api.get(path, "If-None-Match", "\"0\"").expect(200);
    api.get(path, "If-Match", tag).expect(200);
    api.get(path, "If-Match", "*").expect(200);
    refused(api.get(path, "If-Match", "\"0\""), tag);
    api.get(path, "If-Match", "W/" + tag).expect(200);
    refused(api.get(path, "If-Match", "W/\"0\""), tag);
    api.get(path, "If-Match", tag, "If-None-Match", tag).expect(304);
    refused(api.get(path, "If-Match", "\"0\"", "If-None-Match", tag), tag);
  }

  @ParameterizedTest
  @MethodSource("cached")
  void theCacheTellsItsPartInRefusalsToo(Kind kind) {
    String path = create(kind);
    for (Answer answer :
        List.of(
            api.get(path, "If-None-Match", "*").expect(304),
            api.get(path, "If-Match", "\"0\"").expect(412),
            api.get(kind.path().formatted("nobody")).expect(404))) {
      assertNotEquals("", answer.cacheStatus());
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aReadOrADeletionOfNothingIs404UnderAnyCondition(Kind kind) {
    String path = kind.path().formatted(name);
    for (String header : new String[] {"If-Match", "If-None-Match"}) {
      for (String value : new String[] {"*", "\"1\""}) {
        api.get(path, header, value).expect(404);
        api.delete(path, header, value).expect(404);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aReplacementHonoursItsConditions(Kind kind) {
    String path = create(kind);
    String tag = tag(path);
    refused(api.put(path, kind.body(), "If-Match", "\"0\""), tag);
    refused(api.put(path, kind.body(), "If-Match", "W/\"0\""), tag);
    refused(api.put(path, kind.body(), "If-None-Match", "*"), tag);
    refused(api.put(path, kind.body(), "If-None-Match", tag), tag);
    refused(api.put(path, kind.body(), "If-None-Match", "W/" + tag), tag);
    assertEquals(tag, tag(path));
    String next =
        api.put(path, kind.body(), "If-Match", "W/" + tag).expect(200).etag().orElseThrow();
    assertNotEquals(tag, next);
    assertEquals(next, tag(path));
    refused(api.put(path, kind.body(), "If-Match", tag), next);
    api.put(path, kind.body(), "If-Match", "*").expect(200);
    api.put(path, kind.body(), "If-None-Match", tag).expect(200);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aCreationHonoursItsConditions(Kind kind) {
    String path = kind.path().formatted(name);
    for (String value : new String[] {"*", "\"1\""}) {
      Answer refused = api.put(path, kind.body(), "If-Match", value).expect(412);
      assertEquals(Optional.empty(), refused.etag());
    }
    api.get(path).expect(404);
    api.put(path, kind.body(), "If-None-Match", "*").expect(201);
    api.put(path, kind.body(), "If-None-Match", "*").expect(412);
  }

  @ParameterizedTest
  @MethodSource("patchable")
  void aPatchHonoursItsConditions(Kind kind) {
    String patch = kind.patch().orElseThrow();
    String path = create(kind);
    String tag = tag(path);
    refused(api.patch(path, patch, "If-Match", "\"0\""), tag);
    refused(api.patch(path, patch, "If-None-Match", "*"), tag);
    refused(api.patch(path, patch, "If-None-Match", tag), tag);
    assertEquals(tag, tag(path));
    String next = api.patch(path, patch, "If-Match", tag).expect(200).etag().orElseThrow();
    refused(api.patch(path, patch, "If-Match", tag), next);
    api.patch(path, patch, "If-Match", "*").expect(200);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aDeletionHonoursItsConditions(Kind kind) {
    String path = create(kind);
    String tag = tag(path);
    refused(api.delete(path, "If-Match", "\"0\""), tag);
    refused(api.delete(path, "If-None-Match", "*"), tag);
    refused(api.delete(path, "If-None-Match", tag), tag);
    assertEquals(tag, tag(path));
    api.delete(path, "If-Match", tag).expect(204);
    api.get(path).expect(404);
    create(kind);
    assertNotEquals(tag, tag(path), "a tag never comes back");
  }

  private String create(Kind kind) {
    String path = kind.path().formatted(name);
    api.put(path, kind.body()).expect(201);
    return path;
  }

  private String tag(String path) {
    return api.get(path).expect(200).etag().orElseThrow();
  }

  private static void refused(Answer answer, String current) {
    answer.expect(412);
    assertEquals(current, answer.etag().orElseThrow());
    assertEquals("application/problem+json", answer.header("Content-Type"));
  }
}
