package botbot.access.identity;

import botbot.space.Space;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A key with its client, as read from PostgreSQL at the time {@code now} of its clock. */
record StoredKey(
    byte[] hash,
    String name,
    String roles,
    String space,
    @Nullable String tier,
    long version,
    @Nullable Instant expiresAt,
    Instant now) {

  /** What this process checks presented keys against. */
  Credential credential(long nanoTime) {
    boolean everywhere = space.equals(Space.ANY);
    Space home = everywhere ? Space.DEFAULT : new Space(space);
    Caller caller = new Caller(name, Optional.ofNullable(tier), home, everywhere, true);
    var granted = Arrays.stream(roles.split(",")).map(Role::of).toList();
    Optional<Long> end =
        Optional.ofNullable(expiresAt).map(at -> nanoTime + Duration.between(now, at).toNanos());
    return new Credential(hash, caller.identity(granted), version, end);
  }
}
