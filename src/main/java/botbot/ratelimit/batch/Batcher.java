package botbot.ratelimit.batch;

import botbot.ratelimit.rule.RateConfig;
import botbot.ratelimit.rule.Verdict;
import io.vertx.core.AsyncResult;
import io.vertx.core.impl.ContextInternal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Gathers the entries of one event loop and is only touched there. At most one batch is in flight,
 * on a cluster one for each hash slot; what arrives meanwhile travels together when it is back,
 * else at the end of the loop's turn.
 */
final class Batcher {

  private final ContextInternal loop;
  private final BatchSender sender;
  private final int questionsPerBatch;
  private final int maxWaiting;
  private final ArrayDeque<BatchEntry> waiting = new ArrayDeque<>();
  private int inFlight;
  private boolean scheduled;

  Batcher(ContextInternal loop, BatchSender sender, RateConfig config) {
    this.loop = loop;
    this.sender = sender;
    this.questionsPerBatch = config.batch();
    this.maxWaiting = config.waiting();
  }

  /** Sends an entry soon; callable from any thread. */
  void submit(BatchEntry entry) {
    onLoop(() -> enqueue(entry));
  }

  private void onLoop(Runnable action) {
    if (loop.inThread()) {
      action.run();
    } else {
      loop.runOnContext(ignored -> action.run());
    }
  }

  boolean isOn(Thread thread) {
    return loop.nettyEventLoop().inEventLoop(thread);
  }

  private void enqueue(BatchEntry entry) {
    if (waiting.size() >= maxWaiting) {
      entry.answer().fail(new NotCounted("too many checks are waiting"));
      return;
    }
    waiting.add(entry);
    if (inFlight == 0 && !scheduled) {
      scheduled = true;
      loop.runOnContext(ignored -> flush());
    }
  }

  private void flush() {
    scheduled = false;
    if (inFlight > 0 || waiting.isEmpty()) {
      return;
    }
    List<RateBatch> batches = sender.batches(next());
    inFlight = batches.size();
    batches.forEach(this::send);
  }

  private void send(RateBatch batch) {
    // where the connection of this loop is down, another loop's has answered
    sender.send(batch).onComplete(sent -> onLoop(() -> sent(batch, sent)));
  }

  private void sent(RateBatch batch, AsyncResult<RateBatch.Reply> sent) {
    inFlight--;
    if (sent.succeeded()) {
      // the next batch first: Redis works while the answers are written
      flush();
      answer(batch, sent.result().verdicts());
    } else {
      failed(batch, sent.cause());
    }
  }

  private List<BatchEntry> next() {
    List<BatchEntry> taken = new ArrayList<>(Math.min(waiting.size(), questionsPerBatch));
    int questions = 0;
    for (BatchEntry entry; (entry = waiting.peek()) != null; ) {
      questions += entry.questions();
      if (questions > questionsPerBatch && !taken.isEmpty()) {
        break;
      }
      taken.add(waiting.remove());
    }
    return taken;
  }

  private static void answer(RateBatch batch, List<List<Verdict>> verdicts) {
    for (int i = 0; i < verdicts.size(); i++) {
      batch.entries().get(i).answer().complete(verdicts.get(i));
    }
  }

  /** What waited for the failed batch has waited long enough; the rest goes on. */
  private void failed(RateBatch batch, Throwable cause) {
    List<BatchEntry> all = new ArrayList<>(batch.entries());
    waiting.removeIf(entry -> sender.goTogether(batch, entry) && all.add(entry));
    for (BatchEntry entry : all) {
      entry.answer().fail(cause);
    }
    flush();
  }
}
