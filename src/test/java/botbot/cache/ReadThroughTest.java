package botbot.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.cache.CacheStatus.Outcome;
import botbot.cache.ReadThrough.Read;
import botbot.cache.entry.CacheStore;
import botbot.cache.entry.Entry.Kind;
import botbot.cache.entry.EntryNames;
import botbot.cache.freshness.Epochs;
import botbot.redis.GuardedRedis;
import botbot.redis.RedisDoor;
import botbot.redis.protocol.RedisUnavailable;
import botbot.space.Key;
import botbot.space.Space;
import botbot.testing.Backends;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads that a write overtakes between their load and their fill. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class ReadThroughTest {

  private static final String CACHE = "things";

  @RegisterForReflection
  record Thing(String text, long version) implements Versioned {}

  /** Values of a cache of this test alone; nothing stands behind it but versions. */
  @ApplicationScoped
  static class Things {
    @Inject Writes writes;

    @CacheUpdate(CACHE)
    @Transactional
    Thing put(Key key, String text) {
      return new Thing(text, writes.begin(CACHE, key).version());
    }

    @CacheEvict(CACHE)
    @Transactional
    void delete(Key key) {
      writes.begin(CACHE, key);
    }

    @CacheUpdate(CACHE)
    @Transactional
    Thing putAndFail(Key key) {
      writes.begin(CACHE, key);
      throw new IllegalStateException("no");
    }
  }

  @Inject ReadThrough reads;
  @Inject CacheStore store;
  @Inject Epochs epochs;
  @Inject RedisDoor redis;
  @Inject CacheTypes types;
  @Inject Things things;
  @Inject Writes writes;

  private final Key key = Space.DEFAULT.key(UUID.randomUUID().toString());
  private CacheType<Thing> type;

  @BeforeEach
  void awaitRedis() {
    type = types.of(CACHE, Thing.class);
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> reads.readable(CACHE, key) != null);
  }

  @Test
  void anOldValueNeverAppearsThoughRedisWasFlushedBetweenItsLoadAndItsFill() {
    Thing old = things.put(key, "old");
    Backends.redis().command("FLUSHALL");
    Read<Thing> slow =
        read(
            () -> {
              things.put(key, "new");
              Backends.redis().command("FLUSHALL");
              return Optional.of(old);
            });
    assertEquals(Outcome.MISS, slow.outcome(), "the fill is refused");
    assertEquals(
        "fresh", read(() -> Optional.of(new Thing("fresh", 0))).value().orElseThrow().text());
  }

  @Test
  void whatBeganInAnEpochDoesNotReadWhatIsLeftOfItAfterItsEnd() throws SQLException {
    things.put(key, "old");
    EntryNames before = reads.readable(CACHE, key);
    assertEquals(Kind.V, store.get(CACHE, before).kind());
    epochs.startNew("a test wants one");
    assertThrows(RedisUnavailable.class, () -> store.get(CACHE, before));
    assertThrows(RedisUnavailable.class, () -> store.lease(before, "mine"));
    assertThrows(
        RedisUnavailable.class,
        () -> GuardedRedis.await(redis.getGated(before.since(), before.entry())));
  }

  @Test
  void whoeverHasWrittenInAnEpochReadsNothingOfTheOneBefore() {
    things.put(key, "old");
    long begunElsewhere =
        Long.parseLong(
            Backends.postgres()
                .query(
                    """
                    insert into cache_epoch
                      (epoch, run_id, replication_id, parts, system_identifier, timeline,
                       deployment, cause)
                    select epoch + 1, run_id, replication_id, parts, system_identifier, timeline,
                           deployment, 'a test wants one'
                      from cache_epoch order by epoch desc limit 1
                    returning epoch
                    """)
                .orElseThrow());
    things.put(Space.DEFAULT.key(UUID.randomUUID().toString()), "new");
    assertTrue(reads.readable(CACHE, key) == null || epochs.number() == begunElsewhere);
    Awaitility.await().until(() -> epochs.number() == begunElsewhere);
  }

  @Test
  void anOldFillDoesNotReviveWhatWasDeletedMeanwhile() {
    Thing old = things.put(key, "old");
    Backends.redis().command("FLUSHALL");
    read(
        () -> {
          things.delete(key);
          return Optional.of(old);
        });
    assertEquals(Optional.empty(), read(Optional::empty).value());
  }

  @Test
  void aFillOverAWriteOfTheSameMomentKeepsTheWrite() {
    Thing old = things.put(key, "old");
    Backends.redis().command("FLUSHALL");
    Thing[] written = new Thing[1];
    read(
        () -> {
          written[0] = things.put(key, "new");
          return Optional.of(old);
        });
    Read<Thing> next = read(() -> Optional.of(written[0]));
    assertEquals("new", next.value().orElseThrow().text());
  }

  @Test
  void whatWasLoadedIsHitNextTimeAndSoIsItsAbsence() {
    assertEquals(Outcome.STORED, read(() -> Optional.of(new Thing("a", 1))).outcome());
    Read<Thing> hit =
        read(
            () -> {
              throw new AssertionError("not loaded again");
            });
    assertEquals(Outcome.HIT, hit.outcome());
    things.delete(key);
    assertEquals(Outcome.HIT, read(() -> Optional.of(new Thing("b", 2))).outcome());
  }

  @Test
  void aWriteThatIsRolledBackChangesNothing() {
    Thing thing = things.put(key, "kept");
    assertThrows(IllegalStateException.class, () -> things.putAndFail(key));
    assertEquals("kept", read(() -> Optional.of(thing)).value().orElseThrow().text());
  }

  @Test
  void aLoadThatFailsFailsItsCallerAndLeavesNothingBehind() {
    assertThrows(
        IllegalStateException.class,
        () ->
            read(
                () -> {
                  throw new IllegalStateException("no database");
                }));
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(
            () ->
                read(() -> Optional.of(new Thing("a", 1))).outcome() == Outcome.STORED
                    || read(Optional::empty).outcome() == Outcome.HIT);
  }

  @Test
  void aWriteOutsideAnAnnotatedMethodIsRefused() {
    assertThrows(
        IllegalStateException.class,
        () -> QuarkusTransaction.requiringNew().run(() -> writes.begin(CACHE, key)));
  }

  private interface Loader {
    Optional<Thing> load();
  }

  private Read<Thing> read(Loader loader) {
    return reads.read(type, key, loader::load);
  }
}
