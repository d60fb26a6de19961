package botbot.preference;

import botbot.cache.CacheEvict;
import botbot.cache.CacheUpdate;
import botbot.cache.Cached;
import botbot.cache.CachedRows;
import botbot.cache.Deletions;
import botbot.cache.Hits;
import botbot.cache.Write;
import botbot.cache.WriteGroup;
import botbot.cache.WriteGroup.Stored;
import botbot.cache.Writes;
import botbot.cache.Writes.Attempt;
import botbot.cache.Written;
import botbot.http.condition.EntityTags;
import botbot.http.condition.Preconditions;
import botbot.http.json.Json;
import botbot.http.json.Limits;
import botbot.http.patch.Patch;
import botbot.http.patch.Patches;
import botbot.http.problem.Missing;
import botbot.space.Key;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Context;
import io.vertx.core.Future;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.core.EntityTag;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Preferences in PostgreSQL behind the cache: one method, one transaction, one entry. */
@ApplicationScoped
class CachedPreferences {

  static final String CACHE = "preferences";

  private static final CachedRows ROWS = new CachedRows(CACHE, "user_preferences", "user_id");

  private final Writes writes;
  private final Deletions deletions;
  private final Limits limits;
  private final Patches patches;
  private final Hits.Way<Preferences> hits;
  private final WriteGroup<Preferences> puts;
  private final WriteGroup<Preferences> changes;

  CachedPreferences(Writes writes, Deletions deletions, Limits limits, Patches patches, Hits hits) {
    this.writes = writes;
    this.deletions = deletions;
    this.limits = limits;
    this.patches = patches;
    this.hits = hits.of(CACHE, Preferences.class);
    this.puts =
        writes.group(CACHE, Preferences.class, "put_preferences_of", "text", "text", "text");
    this.changes =
        writes.group(
            CACHE,
            Preferences.class,
            "change_preferences_of",
            "text",
            "text",
            "text",
            "bigint",
            "timestamptz");
  }

  @Cached(CACHE)
  @Transactional
  Optional<Preferences> find(Key user) {
    return PreferencesEntity.ofUser(user).map(PreferencesEntity::toPreferences);
  }

  /** Creates or replaces all preferences of a user. */
  Written<Preferences> put(Key user, Json preferences, Preconditions conditions) {
    return conditions == Preconditions.NONE
        ? putTogether(user, preferences).orElseGet(() -> putAlone(user, preferences))
        : putIf(user, preferences, conditions);
  }

  @CacheUpdate(CACHE)
  @Transactional
  Written<Preferences> putIf(Key user, Json preferences, Preconditions conditions) {
    Write write = writes.begin(CACHE, user);
    Optional<PreferencesEntity> row = PreferencesEntity.ofUser(user);
    conditions.checkWrite(tag(row));
    return store(user, row, preferences, write);
  }

  /** Together with what others write; empty if the user is busy, which is not waited for. */
  @CacheUpdate(CACHE)
  Optional<Written<Preferences>> putTogether(Key user, Json preferences) {
    limits.check("preferences", preferences);
    return puts.store(
            user, (write, row) -> put(user, preferences, write, row), arguments(user, preferences))
        .stored();
  }

  /** The same for event loops. */
  Future<@Nullable Stored> putAtOnce(Context here, Key user, Json preferences) {
    return puts.storeAtOnce(
        here,
        user,
        (write, row) -> put(user, preferences, write, row),
        arguments(user, preferences));
  }

  /** In a transaction of its own, which waits for others that hold the user's preferences. */
  @CacheUpdate(CACHE)
  @Transactional
  Written<Preferences> putAlone(Key user, Json preferences) {
    return writes.store(
        CACHE,
        user,
        "put_preferences(?, ?, ?)",
        (write, row) -> put(user, preferences, write, row),
        arguments(user, preferences));
  }

  private static Object[] arguments(Key user, Json preferences) {
    return new Object[] {user.space().name(), user.id(), preferences.text()};
  }

  private static Written<Preferences> put(Key user, Json preferences, Write write, ResultSet row)
      throws SQLException {
    return new Written<>(of(user, preferences, write), row.getBoolean("created"));
  }

  /** Applies a patch; where there is nothing, to no preferences. */
  @CacheUpdate(CACHE)
  @Transactional
  Written<Preferences> patch(Key user, Patch patch, Preconditions conditions) {
    Optional<Preferences> held =
        hits.held(user).filter(known -> conditions.letPass(EntityTags.of(known.version())));
    if (held.isEmpty()) {
      return patch(user, patch, conditions, writes.begin(CACHE, user));
    }
    Attempt<Preferences> attempt = change(user, held.get(), patched(held.get(), patch));
    return attempt
        .stored()
        .map(changed -> new Written<>(changed, false))
        .orElseGet(() -> patch(user, patch, conditions, attempt.write()));
  }

  /** Patches the preferences as PostgreSQL has them, whatever Redis may hold. */
  private Written<Preferences> patch(Key user, Patch patch, Preconditions conditions, Write write) {
    Optional<PreferencesEntity> row = PreferencesEntity.ofUser(user);
    conditions.checkWrite(tag(row));
    Preferences shown =
        row.map(PreferencesEntity::toPreferences)
            .orElseGet(() -> new Preferences(user.id(), new Json("{}"), 0, write.now()));
    return store(user, row, patched(shown, patch), write);
  }

  private Json patched(Preferences shown, Patch patch) {
    PreferencesBody body =
        patches.apply(patch, shown, Preferences.READ_ONLY, PreferencesBody.class);
    PreferenceNames.require(body.preferences());
    return body.preferences();
  }

  /** Stores what was made of {@code base}, if that is still current. */
  private Attempt<Preferences> change(Key user, Preferences base, Json preferences) {
    limits.check("preferences", preferences);
    return writes.store(
        CACHE,
        user,
        "change_preferences(?, ?, ?, ?, ?)",
        (write, row) ->
            new Attempt<>(
                write,
                row.getBoolean("changed")
                    ? Optional.of(of(user, preferences, write))
                    : Optional.empty()),
        arguments(user, preferences, base, Writes.argument(base.updatedAt())));
  }

  /**
   * Applies a merge-patch to preferences that Redis holds, for event loops; null where that cannot
   * be done at once, or must be refused.
   */
  Future<@Nullable Stored> patchAtOnce(Context here, Key user, Patch patch) {
    return hits.changeAtOnce(
        user,
        base -> {
          Json preferences = patched(base, patch);
          limits.check("preferences", preferences);
          return changes.storeAtOnce(
              here,
              user,
              (write, row) -> new Written<>(of(user, preferences, write), false),
              arguments(user, preferences, base, base.updatedAt()));
        });
  }

  private static Object[] arguments(Key user, Json preferences, Preferences base, Object baseAt) {
    return new Object[] {
      user.space().name(), user.id(), preferences.text(), base.version(), baseAt
    };
  }

  private static Preferences of(Key user, Json preferences, Write write) {
    PreferencesEntity entity = PreferencesEntity.of(user);
    entity.change(preferences, write);
    return entity.toPreferences();
  }

  @CacheEvict(CACHE)
  @Transactional
  void delete(Key user, Preconditions conditions) {
    writes.begin(CACHE, user);
    PreferencesEntity row = PreferencesEntity.ofUser(user).orElseThrow(() -> missing(user));
    conditions.checkWrite(tag(Optional.of(row)));
    row.delete();
  }

  /** Sets one preference; {@code created} says whether that one is new. */
  @CacheUpdate(CACHE)
  @Transactional
  Written<Preferences> putOne(Key user, String name, Json value, Preconditions conditions) {
    Write write = writes.begin(CACHE, user);
    Optional<PreferencesEntity> row = PreferencesEntity.ofUser(user);
    ObjectNode preferences = tree(row);
    boolean created = !preferences.has(name);
    conditions.checkWrite(created ? Optional.empty() : tag(row));
    preferences.set(name, value.tree());
    return new Written<>(store(user, row, Json.of(preferences), write).value(), created);
  }

  /** Removes one preference; the others stay, be there any or none. */
  @CacheUpdate(CACHE)
  @Transactional
  Preferences deleteOne(Key user, String name, Preconditions conditions) {
    Write write = writes.begin(CACHE, user);
    Optional<PreferencesEntity> row = PreferencesEntity.ofUser(user);
    ObjectNode preferences = tree(row);
    if (preferences.remove(name) == null) {
      throw missing(user, name);
    }
    conditions.checkWrite(tag(row));
    return store(user, row, Json.of(preferences), write).value();
  }

  /** Deletes what there is, within the transaction of a wider deletion; 1, or 0 for nothing. */
  int deleteAll(Key user) {
    return deletions.ofUser(ROWS, user, "true");
  }

  private Written<Preferences> store(
      Key user, Optional<PreferencesEntity> row, Json preferences, Write write) {
    limits.check("preferences", preferences);
    PreferencesEntity entity = row.orElseGet(() -> PreferencesEntity.of(user));
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

  static Missing missing(Key user) {
    return new Missing("User \"" + user.id() + "\" has no preferences.");
  }

  static Missing missing(Key user, String name) {
    return new Missing("User \"" + user.id() + "\" has no preference \"" + name + "\".");
  }
}
