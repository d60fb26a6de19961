package botbot.ratelimit.batch;

import botbot.redis.RedisDoor;
import io.vertx.core.Future;
import jakarta.inject.Singleton;

/**
 * Sends batches with the latest time at which they may run, so that a Redis that was frozen charges
 * nothing that was counted here since.
 */
@Singleton
final class BatchSender {

  /** The one of all entries, where there is no cluster. */
  static final int ONLY_LANE = -1;

  private final RedisDoor door;
  private final RedisClock clock;
  private final Repairs repairs;

  BatchSender(RedisDoor door, RedisClock clock, Repairs repairs) {
    this.door = door;
    this.clock = clock;
    this.repairs = repairs;
  }

  /** Which entries may travel together: Redis Cluster runs a script in one hash slot. */
  int lane(BatchEntry entry) {
    return door.isCluster() ? entry.slot() : ONLY_LANE;
  }

  /** Fails with whatever kept Redis from deciding. */
  Future<RateBatch.Reply> send(RateBatch batch) {
    return once(batch)
        .compose(reply -> reply.late() ? again(batch) : Future.succeededFuture(reply));
  }

  private Future<RateBatch.Reply> once(RateBatch batch) {
    long asked = clock.monotonic();
    return batch
        .run(door, clock.in(door.patience(batch.key()).toMillis()))
        .onSuccess(
            reply -> {
              clock.heard(reply.now(), asked);
              reply.repairs().forEach(repairs::repaired);
            });
  }

  /** The clocks disagreed, or Redis was late: the first answer has told its time. */
  private Future<RateBatch.Reply> again(RateBatch batch) {
    return once(batch)
        .compose(
            reply ->
                reply.late()
                    ? Future.failedFuture(new NotCounted("Redis is late"))
                    : Future.succeededFuture(reply));
  }
}
