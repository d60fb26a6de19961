package botbot.scratch;

import botbot.cache.CacheEvict;
import botbot.cache.CacheUpdate;
import botbot.cache.Cached;
import botbot.cache.Write;
import botbot.cache.Writes;
import botbot.cache.Written;
import botbot.cache.expiry.ExpiredRows;
import botbot.http.condition.Preconditions;
import botbot.http.json.Json;
import botbot.http.json.Limits;
import botbot.http.problem.Missing;
import botbot.space.Key;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;
import java.util.Optional;

/** Temporary data in PostgreSQL behind the cache: one method, one transaction, one entry. */
@ApplicationScoped
class CachedScratch {

  static final String CACHE = "scratch";

  @Produces @Singleton static final ExpiredRows EXPIRED = new ExpiredRows("scratch_value");

  private final Writes writes;
  private final Limits limits;

  CachedScratch(Writes writes, Limits limits) {
    this.writes = writes;
    this.limits = limits;
  }

  @Cached(CACHE)
  @Transactional
  Optional<Scratch> find(Key key) {
    return ScratchEntity.alive(ScratchId.parse(key)).map(ScratchEntity::toScratch);
  }

  @CacheUpdate(CACHE)
  @Transactional
  Written<Scratch> put(Key key, Json body, int ttlSeconds, Preconditions conditions) {
    limits.check("body", body);
    Write write = writes.begin(CACHE, key);
    ScratchId place = ScratchId.parse(key);
    Optional<ScratchEntity> row = ScratchEntity.of(place);
    Optional<ScratchEntity> live = row.filter(entity -> entity.isAlive(write));
    conditions.checkWrite(live.map(ScratchEntity::tag));
    ScratchEntity entity = row.orElseGet(ScratchEntity::new);
    entity.change(place, body, ttlSeconds, write);
    entity.persist();
    return new Written<>(entity.toScratch(), live.isEmpty());
  }

  @CacheEvict(CACHE)
  @Transactional
  void delete(Key key, Preconditions conditions) {
    Write write = writes.begin(CACHE, key);
    ScratchEntity entity =
        ScratchEntity.of(ScratchId.parse(key))
            .filter(row -> row.isAlive(write))
            .orElseThrow(() -> missing(key));
    conditions.checkWrite(Optional.of(entity.tag()));
    entity.delete();
  }

  /**
   * Deletes a value and gives its body. One statement in PostgreSQL decides who gets it. Redis is
   * only told afterwards, and may be away: the row in the outbox waits for it then.
   */
  @CacheEvict(CACHE)
  @Transactional
  Json take(Key key) {
    writes.begin(CACHE, key);
    return ScratchEntity.take(ScratchId.parse(key)).orElseThrow(() -> missing(key));
  }

  static Missing missing(Key key) {
    return new Missing("There is no scratch value \"" + key.id() + "\".");
  }
}
