package botbot.ratelimit.batch;

import botbot.ratelimit.rule.RateConfig;
import botbot.ratelimit.rule.Verdict;
import botbot.redis.protocol.RedisErrorReply;
import io.vertx.core.AsyncResult;
import io.vertx.core.impl.ContextInternal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gathers the entries of one event loop and is only touched there. At most one batch is in flight,
 * on a cluster one for each hash slot, so that a primary that is slow holds up nobody else's; what
 * arrives meanwhile travels together when it is back, else at the end of the loop's turn.
 */
final class Batcher {

  private final ContextInternal loop;
  private final BatchSender sender;
  private final int questionsPerBatch;
  private final int maxWaiting;
  private final Map<Integer, Lane> lanes = new HashMap<>();
  private List<Lane> atEndOfTurn = new ArrayList<>();
  private int waiting;

  /** What goes to one hash slot of a cluster, or all there is where there is none. */
  private static final class Lane {
    private final int number;
    private final ArrayDeque<BatchEntry> waiting = new ArrayDeque<>();

    /** Whether a batch of it is in flight, or goes at the end of the turn. */
    private boolean busy;

    Lane(int number) {
      this.number = number;
    }
  }

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
    if (waiting >= maxWaiting) {
      entry.answer().fail(new NotCounted("too many checks are waiting"));
      return;
    }
    Lane lane = lanes.computeIfAbsent(sender.lane(entry), Lane::new);
    lane.waiting.add(entry);
    waiting++;
    if (!lane.busy) {
      lane.busy = true;
      if (atEndOfTurn.isEmpty()) {
        loop.runOnContext(ignored -> flush());
      }
      atEndOfTurn.add(lane);
    }
  }

  private void flush() {
    List<Lane> all = atEndOfTurn;
    atEndOfTurn = new ArrayList<>();
    all.forEach(this::send);
  }

  private void send(Lane lane) {
    if (lane.waiting.isEmpty()) {
      lane.busy = false;
      if (lane.number != BatchSender.ONLY_LANE) {
        lanes.remove(lane.number);
      }
      return;
    }
    RateBatch batch = new RateBatch(next(lane.waiting));
    // where the connection of this loop is down, another loop's has answered
    sender.send(batch).onComplete(sent -> onLoop(() -> sent(lane, batch, sent)));
  }

  private void sent(Lane lane, RateBatch batch, AsyncResult<RateBatch.Reply> sent) {
    if (sent.succeeded()) {
      // the next batch first: Redis works while the answers are written
      send(lane);
      answer(batch, sent.result().verdicts());
    } else {
      failed(lane, batch, sent.cause());
    }
  }

  private List<BatchEntry> next(ArrayDeque<BatchEntry> entries) {
    List<BatchEntry> taken = new ArrayList<>(Math.min(entries.size(), questionsPerBatch));
    int questions = 0;
    for (BatchEntry entry; (entry = entries.peek()) != null; ) {
      questions += entry.questions();
      if (questions > questionsPerBatch && !taken.isEmpty()) {
        break;
      }
      taken.add(entries.remove());
    }
    waiting -= taken.size();
    return taken;
  }

  private static void answer(RateBatch batch, List<List<Verdict>> verdicts) {
    for (int i = 0; i < verdicts.size(); i++) {
      batch.entries().get(i).answer().complete(verdicts.get(i));
    }
  }

  /** What waited for a batch that was not answered has waited long enough. */
  private void failed(Lane lane, RateBatch batch, Throwable cause) {
    List<BatchEntry> all = new ArrayList<>(batch.entries());
    if (!(cause instanceof RedisErrorReply)) {
      waiting -= lane.waiting.size();
      all.addAll(lane.waiting);
      lane.waiting.clear();
    }
    for (BatchEntry entry : all) {
      entry.answer().fail(cause);
    }
    send(lane);
  }
}
