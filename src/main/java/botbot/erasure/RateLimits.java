package botbot.erasure;

import botbot.space.Key;
import botbot.space.Space;
import io.smallrye.mutiny.Uni;

/** What an erasure asks of rate limits: {@code ratelimit} implements it. */
public interface RateLimits {

  /** Starts the counters of a subject afresh, by every policy of its space. Does not block. */
  Uni<Void> forget(Key subject);

  /** Deletes the policies of a space, within the transaction of the caller. */
  void deletePolicies(Space space);
}
