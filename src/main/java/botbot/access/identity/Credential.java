package botbot.access.identity;

import io.quarkus.security.identity.SecurityIdentity;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * What a presented key must match.
 *
 * @param hash of the key
 * @param identity whose it is
 * @param version of the client
 * @param end until when it works, in this process' {@link System#nanoTime}; none for ever
 */
record Credential(byte[] hash, SecurityIdentity identity, long version, Optional<Long> end) {

  boolean accepts(byte[] presented, long nanoTime) {
    return MessageDigest.isEqual(hash, presented) && (end.isEmpty() || nanoTime - end.get() < 0);
  }
}
