package botbot.preference;

import botbot.cache.CacheEvict;
import botbot.cache.CacheUpdate;
import botbot.cache.Cached;
import botbot.cache.Write;
import botbot.cache.Writes;
import botbot.cache.Written;
import botbot.http.EntityTags;
import botbot.http.Json;
import botbot.http.Limits;
import botbot.http.Missing;
import botbot.http.Patch;
import botbot.http.Patches;
import botbot.http.Preconditions;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.core.EntityTag;
import java.util.Optional;

/** Preferences in PostgreSQL behind the cache: one method, one transaction, one entry. */
@ApplicationScoped
class CachedPreferences {

  static final String CACHE = "preferences";

  private final Writes writes;
  private final Limits limits;
  private final Patches patches;

  CachedPreferences(Writes writes, Limits limits, Patches patches) {
    this.writes = writes;
    this.limits = limits;
    this.patches = patches;
  }

  @Cached(CACHE)
  @Transactional
  Optional<Preferences> find(String userId) {
    return PreferencesEntity.ofUser(userId).map(PreferencesEntity::toPreferences);
  }

  @CacheUpdate(CACHE)
  @Transactional
  Written<Preferences> put(String userId, Json preferences, Preconditions conditions) {
    Write write = writes.begin(CACHE, userId);
    Optional<PreferencesEntity> row = PreferencesEntity.ofUser(userId);
    conditions.checkWrite(tag(row));
    return store(userId, row, preferences, write);
  }

  /** Applies a patch; where there is nothing, to no preferences. */
  @CacheUpdate(CACHE)
  @Transactional
  Written<Preferences> patch(String userId, Patch patch, Preconditions conditions) {
    Write write = writes.begin(CACHE, userId);
    Optional<PreferencesEntity> row = PreferencesEntity.ofUser(userId);
    conditions.checkWrite(tag(row));
    Preferences shown =
        row.map(PreferencesEntity::toPreferences)
            .orElseGet(() -> new Preferences(userId, new Json("{}"), 0, write.now()));
    PreferencesBody body =
        patches.apply(patch, shown, Preferences.READ_ONLY, PreferencesBody.class);
    PreferenceNames.require(body.preferences());
    return store(userId, row, body.preferences(), write);
  }

  @CacheEvict(CACHE)
  @Transactional
  void delete(String userId, Preconditions conditions) {
    writes.begin(CACHE, userId);
    PreferencesEntity row = PreferencesEntity.ofUser(userId).orElseThrow(() -> missing(userId));
    conditions.checkWrite(tag(Optional.of(row)));
    row.delete();
  }

  /** Sets one preference; {@code created} says whether that one is new. */
  @CacheUpdate(CACHE)
  @Transactional
  Written<Preferences> putOne(String userId, String key, Json value, Preconditions conditions) {
    Write write = writes.begin(CACHE, userId);
    Optional<PreferencesEntity> row = PreferencesEntity.ofUser(userId);
    ObjectNode preferences = tree(row);
    boolean created = !preferences.has(key);
    conditions.checkWrite(created ? Optional.empty() : tag(row));
    preferences.set(key, value.tree());
    return new Written<>(store(userId, row, Json.of(preferences), write).value(), created);
  }

  /** Removes one preference; the others stay, be there any or none. */
  @CacheUpdate(CACHE)
  @Transactional
  Preferences deleteOne(String userId, String key, Preconditions conditions) {
    Write write = writes.begin(CACHE, userId);
    Optional<PreferencesEntity> row = PreferencesEntity.ofUser(userId);
    ObjectNode preferences = tree(row);
    if (preferences.remove(key) == null) {
      throw missing(userId, key);
    }
    conditions.checkWrite(tag(row));
    return store(userId, row, Json.of(preferences), write).value();
  }

  private Written<Preferences> store(
      String userId, Optional<PreferencesEntity> row, Json preferences, Write write) {
    limits.check(preferences);
    PreferencesEntity entity = row.orElseGet(PreferencesEntity::new);
    entity.userId = userId;
    entity.change(preferences, write);
    entity.persist();
    return new Written<>(entity.toPreferences(), row.isEmpty());
  }

  private static Optional<EntityTag> tag(Optional<PreferencesEntity> row) {
    return row.map(entity -> EntityTags.of(entity.version));
  }

  private static ObjectNode tree(Optional<PreferencesEntity> row) {
    return row.map(entity -> (ObjectNode) new Json(entity.preferences).tree())
        .orElseGet(JsonNodeFactory.instance::objectNode);
  }

  static Missing missing(String userId) {
    return new Missing("User \"" + userId + "\" has no preferences.");
  }

  static Missing missing(String userId, String key) {
    return new Missing("User \"" + userId + "\" has no preference \"" + key + "\".");
  }
}
