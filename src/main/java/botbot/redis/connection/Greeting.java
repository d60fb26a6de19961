package botbot.redis.connection;

import botbot.connection.TlsFaults;
import botbot.redis.protocol.ConnectFaults;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How a Redis greets whoever connects. One that has no room for more connections says so and hangs
 * up, and one that is spoken to with TLS where it does not speak it, or without where it does, is
 * silent: of both the client tells nothing.
 */
final class Greeting {

  private static final int PATIENCE_MS = 500;

  private Greeting() {}

  /**
   * What is wrong with the connection, by what Redis says to the first command; empty if nothing
   * is, or it cannot be told. Never fails.
   *
   * @param tls whether the service speaks TLS to it
   */
  static Future<String> fault(ContextInternal loop, Optional<SocketAddress> address, boolean tls) {
    if (address.isEmpty()) {
      return Future.succeededFuture("");
    }
    SocketAddress there = address.get();
    return firstWords(loop, there)
        .compose(
            said -> {
              if (tls) {
                return Future.succeededFuture(isReply(said) ? TlsFaults.NO_TLS : "");
              }
              return said.isEmpty()
                  ? shakesHands(loop, there).map(yes -> yes ? ConnectFaults.ONLY_TLS : "")
                  : Future.succeededFuture(error(said));
            })
        .otherwise("");
  }

  /** The answer to a command in plain text; empty if it hangs up. Fails if it does neither. */
  private static Future<String> firstWords(ContextInternal loop, SocketAddress address) {
    Promise<String> first = loop.promise();
    NetClient client = loop.owner().createNetClient();
    long timer = loop.owner().setTimer(PATIENCE_MS, late -> first.tryFail("no answer"));
    client
        .connect(address)
        .onSuccess(
            socket -> {
              socket.handler(bytes -> first.tryComplete(bytes.toString(StandardCharsets.UTF_8)));
              socket.exceptionHandler(broken -> first.tryComplete(""));
              socket.closeHandler(closed -> first.tryComplete(""));
              socket.write("PING\r\n");
            })
        .onFailure(first::tryFail);
    return first
        .future()
        .onComplete(
            said -> {
              loop.owner().cancelTimer(timer);
              client.close();
            });
  }

  /** Whether it speaks TLS, whoever it is. */
  private static Future<Boolean> shakesHands(ContextInternal loop, SocketAddress address) {
    NetClient client =
        loop.owner()
            .createNetClient(
                new NetClientOptions()
                    .setSsl(true)
                    .setTrustAll(true)
                    .setHostnameVerificationAlgorithm("")
                    .setConnectTimeout(PATIENCE_MS)
                    .setSslHandshakeTimeout(PATIENCE_MS)
                    .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS));
    return client.connect(address).map(true).otherwise(false).onComplete(known -> client.close());
  }

  private static boolean isReply(String said) {
    return said.startsWith("+") || said.startsWith("-");
  }

  private static String error(String said) {
    boolean isRefusal = said.startsWith("-") && !said.startsWith("-NOAUTH");
    return isRefusal ? said.substring(1).strip() : "";
  }
}
