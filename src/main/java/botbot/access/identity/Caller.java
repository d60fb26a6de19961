package botbot.access.identity;

import botbot.space.Space;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import java.security.Principal;
import java.util.Collection;
import java.util.Optional;

/**
 * Whose key a request bears.
 *
 * @param name of the client, or {@code admin} for the bearer of the admin key
 * @param tier which rate policies apply to the client's own calls
 * @param home the space it works in
 * @param everywhere whether it may name another space
 * @param client whether this is a registered client; the bearer of the admin key is not
 */
public record Caller(
    String name, Optional<String> tier, Space home, boolean everywhere, boolean client)
    implements Principal {

  /** The bearer of the admin key. */
  static final Caller ADMIN = new Caller("admin", Optional.empty(), Space.DEFAULT, true, false);

  @Override
  public String getName() {
    return name;
  }

  SecurityIdentity identity(Collection<Role> roles) {
    QuarkusSecurityIdentity.Builder identity = QuarkusSecurityIdentity.builder().setPrincipal(this);
    roles.forEach(role -> role.implied().forEach(implied -> identity.addRole(implied.toString())));
    return identity.build();
  }
}
