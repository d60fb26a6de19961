package botbot.preference;

import botbot.cache.Write;
import botbot.http.json.Json;
import botbot.space.Key;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;

/** A row of {@code user_preferences}. */
@Entity
@Table(name = "user_preferences")
@IdClass(PreferencesId.class)
public class PreferencesEntity extends PanacheEntityBase {

  @Id public String space;

  @Id
  @Column(name = "user_id")
  public String userId;

  public String preferences;
  public long version;

  @Column(name = "updated_at")
  public Instant updatedAt;

  static PreferencesEntity of(Key user) {
    PreferencesEntity entity = new PreferencesEntity();
    entity.space = user.space().name();
    entity.userId = user.id();
    return entity;
  }

  static Optional<PreferencesEntity> ofUser(Key user) {
    return findByIdOptional(new PreferencesId(user.space().name(), user.id()));
  }

  /** Makes this the content of a new version. */
  void change(Json content, Write write) {
    preferences = content.text();
    version = write.version();
    updatedAt = write.now();
  }

  Preferences toPreferences() {
    return new Preferences(userId, new Json(preferences), version, updatedAt);
  }
}
