package botbot.erasure;

import botbot.space.Key;
import botbot.space.Space;
import io.smallrye.mutiny.Uni;

/** What limits rates. */
public interface RateLimits {

  /** Starts the counters of a subject afresh, by every policy of its space. Does not block. */
  Uni<Void> forget(Key subject);

  /** Deletes the policies of a space, within the transaction of the caller. */
  void deletePolicies(Space space);
}
