package botbot.change;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Answer;
import botbot.testing.Backends;
import botbot.testing.EventStream;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Listeners that others have written, and one that does not listen. */
class ListenersIT {

  private static final Duration SOON = Duration.ofSeconds(15);

  private static final int MANY = 60_000;

  private static PostgresServer postgres;
  private static RedisServer redis;
  private static ServiceInstance here;
  private static ServiceInstance there;

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private Process listener;

  @BeforeAll
  static void start() {
    postgres = PostgresServer.launch();
    redis = RedisServer.launch();
    here = ServiceInstance.launch("listeners-here", postgres, redis);
    Map<String, String> hasty = ServiceInstance.environment(postgres.jdbcUrl(), redis.url());
    hasty.put("BOTBOT_CHANGES_PATIENCE", "1s");
    there = ServiceInstance.launch("listeners-there", hasty).awaitReady();
  }

  @AfterAll
  static void stop() {
    there.close();
    here.close();
    redis.close();
    postgres.close();
  }

  @AfterEach
  void end() {
    if (listener != null) {
      listener.destroyForcibly();
    }
  }

  @Test
  void anEventSourceOfNodeComesBackByItselfAndMissesNothing() throws Exception {
    Path directory = Path.of("src/test/node").toAbsolutePath();
    if (!Files.exists(directory.resolve("node_modules/eventsource"))) {
      run(directory, "npm", "ci", "--no-audit", "--no-fund");
      assertEquals(0, listener.waitFor(), lines.toString());
      lines.clear();
    }
    run(directory, "node", "listen.mjs", stream("").toString(), Backends.ADMIN_KEY);
    await("the stream to open").atMost(SOON).until(() -> !lines.isEmpty());
    change("node", 1);
    await("the first change").atMost(SOON).until(() -> told("node").size() == 1);
    there.kill();
    change("node", 2);
    change("node", 3);
    there.start().awaitReady();
    change("node", 4);
    await("the others").atMost(Duration.ofSeconds(30)).until(() -> told("node").size() == 4);
    assertInOrder("node", 4);
  }

  @Test
  void curlListensAndGoesOnFromWhereItWas() throws Exception {
    curl("");
    change("curl", 1);
    await("the first change").atMost(SOON).until(() -> told("curl").size() == 1);
    String seen =
        lines.stream()
            .filter(l -> l.startsWith("id:"))
            .reduce("", (a, b) -> b)
            .substring(3)
            .strip();
    listener.destroyForcibly().waitFor();
    change("curl", 2);
    change("curl", 3);
    curl("Last-Event-ID: " + seen);
    await("the others").atMost(SOON).until(() -> told("curl").size() == 3);
    assertInOrder("curl", 3);
  }

  @Test
  void whileAnInstanceEndsItSendsListenersElsewhere() throws Exception {
    try (ServiceInstance ending = ServiceInstance.launch("listeners-ending", postgres, redis)) {
      ending.terminate();
      await("the end to begin")
          .atMost(Duration.ofSeconds(2))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> ending.api().get("/q/health/ready").status() == 503);
      Answer stream = ending.api().get("/v1/changes?since=0").expect(200);
      assertTrue(stream.body().contains("retry: 1000\n") || stream.body().contains("retry:1000\n"));
    }
  }

  @Test
  void aListenerThatDoesNotReadIsCutOthersAreServedAndItCatchesUp() throws Exception {
    postgres.query(
        "select count(record_change('setting', repeat('x', 128), n, false))"
            + " from generate_series(1, "
            + MANY
            + ") n");
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(4096);
      URI uri = stream("?since=0");
      socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()));
      socket.getOutputStream().write(request(uri));
      try (EventStream other = EventStream.open(there.api(), "/v1/changes")) {
        await("both to be there").atMost(SOON).until(() -> listeners() == 2);
        change("other", 1);
        other.await(1, Duration.ofSeconds(2));
        // once the buffers of both kernels are full
        await("the cut").atMost(Duration.ofSeconds(60)).until(() -> listeners() == 1);
      }
      assertTrue(events(socket.getInputStream()) < MANY);
    }
    try (EventStream again = EventStream.open(there.api(), "/v1/changes?since=0")) {
      again.await(MANY, Duration.ofSeconds(60));
    }
  }

  @Test
  void anInstanceThatStopsSendsItsListenersAwayAndDoesNotWaitForThem() {
    try (EventStream stream = EventStream.open(there.api(), "/v1/changes")) {
      long begin = System.nanoTime();
      there.stop();
      Duration took = Duration.ofNanos(System.nanoTime() - begin);
      assertTrue(took.compareTo(Duration.ofSeconds(5)) < 0, took.toString());
      await("the end of the stream").until(stream::ended);
    } finally {
      there.start().awaitReady();
    }
  }

  private void curl(String header) throws IOException {
    lines.add("");
    run(
        Path.of("."),
        "curl",
        "-sN",
        "-H",
        "Authorization: Bearer " + Backends.ADMIN_KEY,
        "-H",
        header,
        stream("").toString());
    int before = lines.size();
    await("the stream to open").atMost(SOON).until(() -> lines.size() > before);
  }

  private void run(Path directory, String... command) throws IOException {
    listener =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    Process started = listener;
    Thread.ofVirtual().start(() -> started.inputReader().lines().forEach(lines::add));
  }

  private List<String> told(String key) {
    return lines.stream().filter(line -> line.contains("\"key\":\"" + key + "\"")).toList();
  }

  private void assertInOrder(String key, int count) {
    List<String> told = told(key);
    assertEquals(count, told.size());
    for (int n = 1; n <= count; n++) {
      assertTrue(told.get(n - 1).contains("\"version\":" + n + ","), told.toString());
    }
  }

  private static void change(String key, int version) {
    String value = "{\"value\":" + version + "}";
    assertEquals(
        version,
        here.api()
            .put("/v1/settings/" + key, value)
            .expect(200, 201)
            .json()
            .get("version")
            .asInt());
  }

  private static URI stream(String query) {
    return there.api().uri("/v1/changes" + query);
  }

  private static int listeners() {
    return (int) there.api().metric("botbot_changes_listeners");
  }

  private static byte[] request(URI uri) {
    return ("GET "
            + uri.getPath()
            + '?'
            + uri.getQuery()
            + " HTTP/1.1\r\nHost: "
            + uri.getAuthority()
            + "\r\nAuthorization: Bearer "
            + Backends.ADMIN_KEY
            + "\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static long events(InputStream stream) {
    StringBuilder text = new StringBuilder();
    byte[] buffer = new byte[8192];
    try {
      for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
        text.append(new String(buffer, 0, read, StandardCharsets.US_ASCII));
      }
    } catch (IOException cut) {
      // which is what it is to be
    }
    return text.toString().lines().filter(line -> line.startsWith("id:")).count();
  }
}
