package botbot.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A webhook that keeps what it is sent, and refuses as often as it is told to. */
public final class WebhookReceiver {
  private final List<String> taken = new CopyOnWriteArrayList<>();
  private final AtomicInteger refusals = new AtomicInteger();
  private final HttpServer server;

  public WebhookReceiver() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/hook", this::receive);
    server.setExecutor(Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory()));
    server.start();
  }

  /** The address to post to. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
  }

  /** Answers the next {@code count} posts with 503 and forgets them. */
  public void refuse(int count) {
    refusals.set(count);
  }

  /** The bodies taken so far, in the order of their arrival. */
  public List<String> taken() {
    return List.copyOf(taken);
  }

  /** Forgets what was taken. */
  public void clear() {
    taken.clear();
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      boolean refused = refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
      if (!refused) {
        taken.add(body);
      }
      exchange.sendResponseHeaders(refused ? 503 : 200, -1);
    }
  }
}
