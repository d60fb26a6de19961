package botbot.redis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what one event loop reads in one of its turns: a single MGET costs Redis and the loop far
 * less than as many GETs, and nobody waits for it longer than the turn takes. Only touched on its
 * event loop.
 */
final class Gets {

  private static final int MOST = 64;

  private final ContextInternal loop;
  private final Send send;
  private List<Get> waiting = new ArrayList<>();
  private long epoch;

  /** Sends a command that was made in an epoch. */
  interface Send {
    Future<@Nullable Response> gated(long epoch, Request request);
  }

  private record Get(String key, Promise<@Nullable Response> answer) {}

  Gets(ContextInternal loop, Send send) {
    this.loop = loop;
    this.send = send;
  }

  /** The string under {@code key}: null where there is none, or where it is no string. */
  Future<@Nullable Response> add(long epochOfKey, String key) {
    if (epochOfKey != epoch) {
      leave();
      epoch = epochOfKey;
    }
    Promise<@Nullable Response> answer = loop.promise();
    waiting.add(new Get(key, answer));
    if (waiting.size() == 1) {
      loop.runOnContext(endOfTurn -> leave());
    } else if (waiting.size() == MOST) {
      leave();
    }
    return answer.future();
  }

  private void leave() {
    if (waiting.isEmpty()) {
      return;
    }
    List<Get> gets = waiting;
    waiting = new ArrayList<>();
    Request request = Request.cmd(Command.MGET);
    gets.forEach(get -> request.arg(get.key()));
    send.gated(epoch, request)
        .onComplete(
            values -> {
              for (int i = 0; i < gets.size(); i++) {
                if (values.succeeded()) {
                  gets.get(i).answer().complete(values.result().get(i));
                } else {
                  gets.get(i).answer().fail(values.cause());
                }
              }
            });
  }
}
