package botbot.ratelimit;

import botbot.redis.RedisDoor;
import io.vertx.core.Future;
import jakarta.inject.Singleton;

/**
 * Sends batches with the latest time at which they may run, so that a Redis that was frozen charges
 * nothing that was counted here since.
 */
@Singleton
final class BatchSender {

  private final RedisDoor door;
  private final RedisClock clock;
  private final Repairs repairs;

  BatchSender(RedisDoor door, RedisClock clock, Repairs repairs) {
    this.door = door;
    this.clock = clock;
    this.repairs = repairs;
  }

  /** Fails with whatever kept Redis from deciding. */
  Future<Batch.Reply> send(Batch batch) {
    return once(batch)
        .compose(reply -> reply.late() ? again(batch) : Future.succeededFuture(reply));
  }

  private Future<Batch.Reply> once(Batch batch) {
    long asked = clock.monotonic();
    return batch
        .run(door, clock.in(door.patience().toMillis()))
        .onSuccess(
            reply -> {
              clock.heard(reply.now(), asked);
              reply.repairs().forEach(repairs::repaired);
            });
  }

  /** The clocks disagreed, or Redis was late: the first answer has told its time. */
  private Future<Batch.Reply> again(Batch batch) {
    return once(batch)
        .compose(
            reply ->
                reply.late()
                    ? Future.failedFuture(new NotCounted("Redis is late"))
                    : Future.succeededFuture(reply));
  }
}
