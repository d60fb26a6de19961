package botbot.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botbot.http.problem.CommitInDoubt;
import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Backends;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A commit that PostgreSQL does after nobody waits for it any more, and one that it refuses. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class CommitInDoubtTest {

  private static final String BODY = "{\"userId\":\"u\"}";

  private final Api api = Api.ofThisTest();
  private final String id = UUID.randomUUID().toString();

  /** Longer than an answer of PostgreSQL is waited for. */
  @BeforeEach
  void commitsAreSlow() {
    Backends.postgres()
        .query(
            """
            create function slow_commit() returns trigger language plpgsql as $$
            begin
              if new.id like 'refused-%%' then
                raise exception 'no such commit' using errcode = '40001';
              end if;
              perform pg_sleep(7);
              return null;
            end $$;
            create constraint trigger slow_commit after insert on session
              deferrable initially deferred for each row
              when (new.id like '%%%s') execute function slow_commit()"""
                .formatted(id));
  }

  @AfterEach
  void commitsAreFast() {
    Backends.postgres().query("drop function slow_commit cascade");
  }

  @Test
  void theAnswerSaysThatItMayHaveBeenStored() {
    List<String> paths =
        Stream.of("group", "alone").map(way -> "/v1/sessions/" + way + "-" + id).toList();
    CompletableFuture<Answer> group =
        CompletableFuture.supplyAsync(() -> api.put(paths.getFirst(), BODY));
    Answer alone = api.put(paths.getLast(), BODY, "If-None-Match", "*");
    for (Answer answer : List.of(group.join(), alone)) {
      assertEquals(503, answer.status(), answer.body());
      assertEquals(CommitInDoubt.TYPE, answer.json().path("type").asText());
      assertEquals("1", answer.header("Retry-After"));
    }
    for (String path : paths) {
      Awaitility.await(path + " to be stored")
          .atMost(Duration.ofSeconds(10))
          .until(() -> api.get(path).status() == 200);
    }
  }

  @Test
  void aCommitThatIsRefusedIsNotInDoubt() {
    Answer refused = api.put("/v1/sessions/refused-" + id, BODY, "If-None-Match", "*");
    assertEquals(503, refused.status(), refused.body());
    assertEquals("about:blank", refused.json().path("type").asText());
    api.get("/v1/sessions/refused-" + id).expect(404);
  }
}
