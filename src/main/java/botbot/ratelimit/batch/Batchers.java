package botbot.ratelimit.batch;

import botbot.ratelimit.rule.RateConfig;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** One batcher for each event loop, so that a check, its batch and its answer stay on one. */
@Singleton
public final class Batchers {

  private final List<Batcher> batchers = new ArrayList<>();

  Batchers(Vertx vertx, BatchSender sender, RateConfig config) {
    VertxInternal internal = (VertxInternal) vertx;
    for (EventExecutor loop : internal.getEventLoopGroup()) {
      batchers.add(
          new Batcher(
              internal.createEventLoopContext((EventLoop) loop, null, null), sender, config));
    }
  }

  /** Sends an entry soon, with others of the caller's event loop. */
  public void submit(BatchEntry entry) {
    mine().submit(entry);
  }

  /** The batcher of the caller's event loop, or any for a caller on another thread. */
  private Batcher mine() {
    Thread thread = Thread.currentThread();
    for (Batcher batcher : batchers) {
      if (batcher.isOn(thread)) {
        return batcher;
      }
    }
    return batchers.get(ThreadLocalRandom.current().nextInt(batchers.size()));
  }
}
