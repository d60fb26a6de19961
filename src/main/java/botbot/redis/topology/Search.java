package botbot.redis.topology;

import botbot.redis.protocol.ConnectFaults;
import botbot.redis.protocol.Host;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Asks hosts until one answers: the next as soon as one has failed, or has said nothing for a
 * moment, so that none keeps the others from being asked. After "Happy Eyeballs" (RFC 8305). Only
 * touched on its event loop.
 */
final class Search<T> {

  private static final long HEAD_START_MS = 50;

  private final ContextInternal loop;
  private final Iterator<Host> hosts;
  private final Function<Host, Future<T>> question;
  private final Promise<T> found;
  private final Set<String> failures = new LinkedHashSet<>();
  private int underWay;
  private long timer = -1;

  /** The questions end by themselves. */
  Search(ContextInternal loop, List<Host> hosts, Function<Host, Future<T>> question) {
    this.loop = loop;
    this.hosts = hosts.iterator();
    this.question = question;
    this.found = loop.promise();
  }

  /** The first answer; where there is none, fails with each reason once. */
  Future<T> first() {
    next();
    return found.future();
  }

  private void next() {
    loop.owner().cancelTimer(timer);
    if (found.future().isComplete()) {
      return;
    }
    if (hosts.hasNext()) {
      underWay++;
      timer = loop.owner().setTimer(HEAD_START_MS, late -> next());
      question.apply(hosts.next()).onSuccess(this::answered).onFailure(this::failed);
    } else if (underWay == 0) {
      found.fail(String.join("; ", failures));
    }
  }

  private void answered(T answer) {
    loop.owner().cancelTimer(timer);
    found.tryComplete(answer);
  }

  private void failed(Throwable error) {
    underWay--;
    failures.add(ConnectFaults.of(error));
    next();
  }
}
