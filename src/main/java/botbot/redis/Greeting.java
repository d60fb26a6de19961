package botbot.redis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * How a Redis greets whoever connects: one that has no room for more connections says so and hangs
 * up, of which the client tells nothing.
 */
final class Greeting {

  private static final long PATIENCE_MS = 500;

  private Greeting() {}

  /** The error it says to the first command without TLS; empty if it says none. Never fails. */
  static Future<String> errorOf(ContextInternal loop, Optional<SocketAddress> address) {
    if (address.isEmpty()) {
      return Future.succeededFuture("");
    }
    Promise<String> first = loop.promise();
    NetClient client = loop.owner().createNetClient();
    long timer = loop.owner().setTimer(PATIENCE_MS, late -> first.tryComplete(""));
    client
        .connect(address.get())
        .onSuccess(
            socket -> {
              socket.handler(
                  bytes -> first.tryComplete(error(bytes.toString(StandardCharsets.UTF_8))));
              socket.closeHandler(closed -> first.tryComplete(""));
              socket.write("PING\r\n");
            })
        .onFailure(refused -> first.tryComplete(""));
    return first
        .future()
        .onComplete(
            said -> {
              loop.owner().cancelTimer(timer);
              client.close();
            });
  }

  private static String error(String line) {
    boolean isRefusal = line.startsWith("-") && !line.startsWith("-NOAUTH");
    return isRefusal ? line.substring(1).strip() : "";
  }
}
