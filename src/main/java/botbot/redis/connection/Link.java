package botbot.redis.connection;

import botbot.redis.protocol.ConnectFaults;
import botbot.redis.protocol.Host;
import botbot.redis.protocol.RedisIdentity;
import botbot.redis.topology.Discovery;
import botbot.redis.topology.RedisClients;
import io.vertx.core.Future;
import io.vertx.core.impl.ContextInternal;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One client with its connection: it is opened once, tells who answers or why it is lost, and tells
 * nothing any more once it is closed. Only touched on its event loop.
 */
final class Link {

  private final ContextInternal loop;
  private final @Nullable Host host;
  private final RedisClients clients;
  private final Discovery discovery;
  private final Identification identification;
  private final Consumer<RedisIdentity> opened;
  private final Consumer<String> lost;
  private @Nullable Redis client;
  private @Nullable Host primary;
  private @Nullable RedisConnection connection;
  private boolean closed;

  /** To {@code host}; without one to whatever is found. */
  Link(
      ContextInternal loop,
      @Nullable Host host,
      RedisClients clients,
      Discovery discovery,
      Identification identification,
      Consumer<RedisIdentity> opened,
      Consumer<String> lost) {
    this.loop = loop;
    this.host = host;
    this.clients = clients;
    this.discovery = discovery;
    this.identification = identification;
    this.opened = opened;
    this.lost = lost;
  }

  /** Finds who serves, connects and asks who that is; all together within {@code timeout}. */
  void open(Duration timeout) {
    long timer =
        loop.owner()
            .setTimer(
                timeout.toMillis(),
                late -> noConnection("no connection within " + timeout.toMillis() + " ms"));
    Future<Discovery.Found> server =
        host == null
            ? discovery.find(loop)
            : loop.succeededFuture(new Discovery.Found(clients.server(host), host));
    server
        .compose(this::connect)
        .compose(
            connected -> {
              connection = connected;
              connected.endHandler(ended -> fail(ConnectFaults.CLOSED));
              connected.exceptionHandler(error -> fail(ConnectFaults.of(error)));
              return identification.identify(connected);
            })
        .onComplete(
            who -> {
              loop.owner().cancelTimer(timer);
              if (who.failed()) {
                failed(ConnectFaults.of(who.cause()));
              } else if (!closed) {
                opened.accept(who.result());
              }
            });
  }

  private Future<RedisConnection> connect(Discovery.Found found) {
    if (closed) {
      found.client().close();
      return Future.failedFuture("closed");
    }
    client = found.client();
    primary = found.primary();
    return found.client().connect();
  }

  /** The server it was made for; null before it was found, and where none is chosen. */
  @Nullable Host primary() {
    return primary;
  }

  /** Sends a command, once {@code opened} was told. */
  Future<@Nullable Response> send(Request request) {
    return connected().send(request);
  }

  /** Fails if another is there than was before, once {@code opened} was told. */
  Future<Void> expect(RedisIdentity before) {
    return identification.expect(connected(), before);
  }

  /** The mark that is kept there, once {@code opened} was told. */
  Future<RedisIdentity> mark() {
    return identification.mark(connected());
  }

  private RedisConnection connected() {
    return Objects.requireNonNull(connection, "not open yet");
  }

  private void failed(String cause) {
    if (cause.equals(ConnectFaults.CLOSED)) {
      noConnection(cause);
    } else {
      fail(cause);
    }
  }

  /** Of some faults the client tells nothing, or waits on: so Redis is asked for them. */
  private void noConnection(String cause) {
    Greeting.fault(loop, clients.address(), clients.usesTls())
        .onSuccess(fault -> fail(fault.isEmpty() ? cause : fault));
  }

  private void fail(String cause) {
    if (!closed) {
      lost.accept(cause);
    }
  }

  /** Closes it; what is under way fails. */
  void close() {
    closed = true;
    // the connection's own close() would only hand a dead socket back to the pool
    if (client != null) {
      client.close();
    }
  }
}
