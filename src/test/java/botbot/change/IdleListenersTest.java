package botbot.change;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Api;
import botbot.testing.Backends;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class IdleListenersTest {

  private static final int LISTENERS = 500;
  private static final long BOUND = 50_000_000;

  @Inject ChangeFeed feed;

  /** The memory counted is that of this process: the clients' share is in it. */
  @Test
  void fiveHundredIdleListenersCostLessThanFiftyMegabytes() throws IOException {
    listen(1).close();
    await().until(() -> feed.size() == 0);
    long before = used();
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int n = 1; n <= LISTENERS; n++) {
        sockets.add(listen(n));
      }
      long cost = used() - before;
      System.out.printf("%d idle listeners cost %d kB%n", LISTENERS, cost / 1000);
      assertTrue(cost < BOUND, cost + " bytes");
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    await("all to be forgotten").atMost(Duration.ofSeconds(10)).until(() -> feed.size() == 0);
  }

  private Socket listen(int listeners) throws IOException {
    URI uri = Api.ofThisTest().uri("/v1/changes");
    Socket socket = new Socket(uri.getHost(), uri.getPort());
    String request =
        "GET %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n"
            .formatted(uri.getPath(), uri.getAuthority(), Backends.ADMIN_KEY);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    await()
        .pollInterval(Duration.ofMillis(1))
        .until(() -> feed.size() == listeners && socket.getInputStream().available() > 0);
    return socket;
  }

  private static long used() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    return heap
        + ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
  }
}
