package botbot.access.presented;

import botbot.access.identity.Caller;
import botbot.access.identity.Role;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.identity.SecurityIdentity;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Who works in a browser.
 *
 * @param name of the client; {@code admin} for the bearer of the admin key
 * @param roles what it may do, those that a role includes among them
 * @param space where it works
 * @param everywhere whether it may work in other spaces too
 * @param expiresAt when the key must be presented again
 */
@RegisterForReflection
record ConsoleSession(
    @Schema(required = true, examples = "web") String name,
    @Schema(required = true) List<Role> roles,
    @Schema(required = true, examples = "default") String space,
    @Schema(required = true) boolean everywhere,
    @Schema(required = true) Instant expiresAt) {

  static ConsoleSession of(SecurityIdentity identity, ConsoleCookie cookie) {
    Caller caller = (Caller) identity.getPrincipal();
    List<Role> roles =
        Stream.of(Role.values()).filter(role -> identity.hasRole(role.toString())).toList();
    return new ConsoleSession(
        caller.name(), roles, caller.home().name(), caller.everywhere(), cookie.expiresAt());
  }
}
