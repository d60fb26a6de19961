package botbot.scratch;

import botbot.cache.CacheEvict;
import botbot.cache.CacheUpdate;
import botbot.cache.Cached;
import botbot.cache.ExpiredRows;
import botbot.cache.Write;
import botbot.cache.Writes;
import botbot.cache.Written;
import botbot.http.Json;
import botbot.http.Missing;
import botbot.http.Preconditions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;
import java.util.Optional;

/** Temporary data in PostgreSQL behind the cache: one method, one transaction, one entry. */
@ApplicationScoped
class CachedScratch {

  static final String CACHE = "scratch";

  @Produces @Singleton static final ExpiredRows EXPIRED = new ExpiredRows("scratch");

  private final Writes writes;

  CachedScratch(Writes writes) {
    this.writes = writes;
  }

  @Cached(CACHE)
  @Transactional
  Optional<Scratch> find(String id) {
    return ScratchEntity.alive(ScratchId.parse(id)).map(ScratchEntity::toScratch);
  }

  @CacheUpdate(CACHE)
  @Transactional
  Written<Scratch> put(String id, Json body, int ttlSeconds, Preconditions conditions) {
    Write write = writes.begin(CACHE, id);
    ScratchId place = ScratchId.parse(id);
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
  void delete(String id, Preconditions conditions) {
    Write write = writes.begin(CACHE, id);
    ScratchEntity entity =
        ScratchEntity.of(ScratchId.parse(id))
            .filter(row -> row.isAlive(write))
            .orElseThrow(() -> missing(id));
    conditions.checkWrite(Optional.of(entity.tag()));
    entity.delete();
  }

  /** Deletes a value and gives its body. PostgreSQL decides who gets it; no cache is asked. */
  @CacheEvict(CACHE)
  @Transactional
  Json take(String id) {
    writes.begin(CACHE, id);
    return ScratchEntity.take(ScratchId.parse(id)).orElseThrow(() -> missing(id));
  }

  static Missing missing(String id) {
    return new Missing("There is no scratch value \"" + id + "\".");
  }
}
