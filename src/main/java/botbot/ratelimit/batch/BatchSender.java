package botbot.ratelimit.batch;

import botbot.redis.RedisDoor;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

  /** As many batches as it takes: Redis Cluster runs a script in one hash slot. */
  List<RateBatch> batches(List<BatchEntry> entries) {
    if (!door.isCluster()) {
      return List.of(new RateBatch(entries));
    }
    Map<Integer, List<BatchEntry>> bySlot = new LinkedHashMap<>();
    for (BatchEntry entry : entries) {
      bySlot.computeIfAbsent(entry.slot(), slot -> new ArrayList<>()).add(entry);
    }
    return bySlot.values().stream().map(RateBatch::new).toList();
  }

  /** Whether an entry would travel to the same server as the batch does. */
  boolean goTogether(RateBatch batch, BatchEntry entry) {
    return door.areTogether(batch.key(), entry.keys().getFirst());
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
