package botbot.access.identity;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** The key of the configuration, which works even while no client can be looked up. */
@ApplicationScoped
class AdminKey {

  private static final Logger LOG = Logger.getLogger(AdminKey.class);

  private final Optional<byte[]> hash;
  private final SecurityIdentity identity = Caller.ADMIN.identity(List.of(Role.ADMIN));

  @Inject
  AdminKey(AccessConfig config) {
    // no header can carry a blank at its end
    hash = config.adminKey().map(String::strip).filter(key -> !key.isEmpty()).map(ApiKey::hash);
  }

  void announce(@Observes StartupEvent event) {
    if (hash.isEmpty()) {
      LOG.warn("BOTBOT_ADMIN_KEY is not set: nobody but clients of role admin can administer");
    }
  }

  /** The administrator, if {@code hash} is that of the admin key. */
  Optional<SecurityIdentity> identify(byte[] presented) {
    return hash.filter(known -> MessageDigest.isEqual(known, presented)).map(known -> identity);
  }
}
