package botbot.redis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Gathers what one event loop reads in one of its turns: a single MGET costs Redis and the loop far
 * less than as many GETs, and nobody waits for it longer than the turn takes. Only touched on its
 * event loop.
 */
final class Gets {

  private static final int MOST = 64;

  private final ContextInternal loop;
  private final Function<Request, Future<Response>> send;
  private List<Get> waiting = new ArrayList<>();

  private record Get(String key, Promise<Response> answer) {}

  Gets(ContextInternal loop, Function<Request, Future<Response>> send) {
    this.loop = loop;
    this.send = send;
  }

  /** The string under {@code key}: null where there is none, or where it is no string. */
  Future<Response> add(String key) {
    Promise<Response> answer = loop.promise();
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
    send.apply(request)
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
