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
  List<Batch> batches(List<Entry> entries) {
    if (!door.isCluster()) {
      return List.of(new Batch(entries));
    }
    Map<Integer, List<Entry>> bySlot = new LinkedHashMap<>();
    for (Entry entry : entries) {
      bySlot.computeIfAbsent(entry.slot(), slot -> new ArrayList<>()).add(entry);
    }
    return bySlot.values().stream().map(Batch::new).toList();
  }

  /** Whether an entry would travel to the same server as the batch does. */
  boolean goTogether(Batch batch, Entry entry) {
    return door.areTogether(batch.key(), entry.keys().getFirst());
  }

  /** Fails with whatever kept Redis from deciding. */
  Future<Batch.Reply> send(Batch batch) {
    return once(batch)
        .compose(reply -> reply.late() ? again(batch) : Future.succeededFuture(reply));
  }

  private Future<Batch.Reply> once(Batch batch) {
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
  private Future<Batch.Reply> again(Batch batch) {
    return once(batch)
        .compose(
            reply ->
                reply.late()
                    ? Future.failedFuture(new NotCounted("Redis is late"))
                    : Future.succeededFuture(reply));
  }
}
