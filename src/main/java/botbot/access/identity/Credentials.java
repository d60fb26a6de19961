package botbot.access.identity;

import botbot.cache.near.NearCache;
import botbot.cache.near.NearCaches;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.Optional;

/** Tells whose a presented key is. Never blocks. */
@ApplicationScoped
public class Credentials {

  private final AdminKey adminKey;
  private final NearCache<String, Credential> near;

  @Inject
  Credentials(AdminKey adminKey, KeyTable keys, NearCaches caches) {
    this.adminKey = adminKey;
    this.near = caches.create("clients", keys::credential, Credential::version);
  }

  /**
   * The bearer of {@code key}; none for an unknown one; fails where PostgreSQL must be asked and is
   * away.
   */
  public Uni<Optional<SecurityIdentity>> identify(String key) {
    byte[] hash = ApiKey.hash(key);
    Optional<SecurityIdentity> admin = adminKey.identify(hash);
    Optional<ApiKey> parsed = admin.isPresent() ? Optional.empty() : ApiKey.parse(key);
    if (parsed.isEmpty()) {
      return Uni.createFrom().item(admin);
    }
    return near.get(parsed.get().id())
        .map(
            held ->
                held.filter(credential -> credential.accepts(hash, System.nanoTime()))
                    .map(Credential::identity));
  }

  /** The bearer of {@code key} if that can be told at once, else none: ask {@link #identify}. */
  public Optional<SecurityIdentity> atOnce(String key) {
    byte[] hash = ApiKey.hash(key);
    Optional<SecurityIdentity> admin = adminKey.identify(hash);
    if (admin.isPresent()) {
      return admin;
    }
    return ApiKey.parse(key)
        .flatMap(parsed -> near.fresh(parsed.id()))
        .filter(credential -> credential.accepts(hash, System.nanoTime()))
        .map(Credential::identity);
  }

  /** Looks these keys up again before they are next believed. */
  public void forget(Collection<String> ids) {
    ids.forEach(near::drop);
  }
}
