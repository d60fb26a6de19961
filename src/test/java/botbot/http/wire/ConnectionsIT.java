package botbot.http.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.Api;
import botbot.testing.Backends;
import botbot.testing.Load;
import botbot.testing.ServiceInstance;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamResetException;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients do to connections, on the packaged service, which needs no backend for this. */
class ConnectionsIT {

  private static final String HOST = "Host: x\r\n";
  private static final String NEXT = "GET /q/health/live HTTP/1.1\r\n" + HOST + "\r\n";
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int CONTINUATION = 9;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int MAX_CONCURRENT_STREAMS = 3;

  /** GET, http and / of HPACK's static table; no authority. */
  private static final byte[] GET_ROOT = {(byte) 0x82, (byte) 0x86, (byte) 0x84};

  private static ServiceInstance instance;
  private static Api api;
  private static URI base;

  @BeforeAll
  static void start() {
    Map<String, String> environment = ServiceInstance.environmentWithoutBackends();
    environment.put("BOTBOT_CONNECTIONS_HEAD_TIMEOUT", "3s");
    environment.put("BOTBOT_CONNECTIONS_BODY_TIMEOUT", "3s");
    instance = ServiceInstance.launch("connections", environment).awaitLive();
    api = instance.api();
    base = api.uri("/");
  }

  @AfterAll
  static void stop() {
    instance.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: x\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
        "Host: x\r\nHost: y\r\n\r\n",
        "Host: x\r\nTransfer-Encoding: gzip\r\n\r\n",
        "Host: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "Host: x\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
        "Host: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Host: x\r\nTransfer-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}",
        "Host: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Host: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n",
        "Host: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
      })
  void whatIsFramedInTwoWaysIsRefusedAndEndsTheConnection(String rest) throws IOException {
    String answer = exchange("POST /v1/rate-checks HTTP/1.1\r\n" + rest + NEXT);
    problem(answer, 400);
  }

  @Test
  void whatIsNoHttpIsAProblemToo() throws IOException {
    problem(exchange("GET\r\n\r\n" + NEXT), 400);
    problem(exchange("GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n" + NEXT), 400);
    problem(exchange("GET /" + "x".repeat(5000) + " HTTP/1.1\r\n" + HOST + "\r\n"), 414);
    problem(exchange("GET / HTTP/1.1\r\n" + HOST + "X: " + "x".repeat(30_000) + "\r\n\r\n"), 431);
    problem(exchange("PUT /v1/sessions/a HTTP/1.1\r\n" + chunked() + "zz\r\n{}\r\n"), 400);
  }

  @Test
  void whatCameBeforeIsAnsweredBefore() throws IOException {
    String answer = exchange(NEXT + "GET\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
    problem(answer.substring(answer.indexOf("HTTP/1.1 400")), 400);
  }

  @Test
  void ordinaryRequestsShareAConnection() throws IOException {
    String check =
        "POST /v1/rate-checks HTTP/1.1\r\n" + chunked() + "10\r\n{\"subject\": \"a\"}\r\n0\r\n\r\n";
    String answer =
        exchange(check + NEXT + check + NEXT.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
    assertEquals(4, answer.split("HTTP/1.1 ", -1).length - 1, answer);
    assertFalse(answer.contains("HTTP/1.1 400"), answer);
  }

  @Test
  void aCompressedBodyIsRefused() {
    var refused =
        api.sendJson("PUT", "/v1/sessions/a", "application/json", "x", "Content-Encoding", "gzip");
    assertEquals(415, refused.expect(415).json().path("status").asInt());
    assertEquals("identity", refused.header("Accept-Encoding"));
  }

  @Test
  void aHeadThatDoesNotEndEndsTheConnection() throws Exception {
    try (Socket silent = connect();
        Socket half = connect();
        Socket slow = connect();
        Socket second = connect()) {
      write(half, "GET /q/health/live HTTP/1.1\r\nHost:");
      write(second, NEXT);
      assertEquals('H', second.getInputStream().read());
      write(second, "GET /q/health");
      Thread drip = Thread.ofVirtual().start(() -> drip(slow));
      assertEquals("", read(silent));
      problem(read(half), 408);
      problem(read(slow), 408);
      String answers = read(second);
      problem(answers.substring(answers.indexOf("HTTP/1.1 408")), 408);
      drip.interrupt();
    }
  }

  @Test
  void aBodyOfWhichNothingComesEndsTheConnection() throws IOException {
    for (String path : List.of("/v1/rate-checks", "/v1/sessions")) {
      String head = "POST " + path + " HTTP/1.1\r\n" + HOST + key();
      problem(exchange(head + "Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{"), 408);
    }
  }

  @Test
  void anHttp2ConnectionHasABoundedNumberOfStreams() throws IOException {
    try (Socket socket = connect()) {
      write(socket, PREFACE);
      socket.getOutputStream().write(frame(SETTINGS, 0, 0, new byte[0]));
      DataInputStream in = new DataInputStream(socket.getInputStream());
      int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      assertEquals(SETTINGS, in.readUnsignedByte());
      in.skipBytes(5);
      int streams = -1;
      for (int i = 0; i < length / 6; i++) {
        int name = in.readUnsignedShort();
        int value = in.readInt();
        streams = name == MAX_CONCURRENT_STREAMS ? value : streams;
      }
      assertEquals(128, streams);
    }
  }

  @Test
  void aFloodOfEmptyContinuationsEndsTheConnection() throws IOException {
    try (Socket socket = connect()) {
      write(socket, PREFACE);
      ByteArrayOutputStream flood = new ByteArrayOutputStream();
      flood.write(frame(SETTINGS, 0, 0, new byte[0]));
      flood.write(frame(HEADERS, 0, 1, new byte[0]));
      for (int i = 0; i < 5000; i++) {
        flood.write(frame(CONTINUATION, 0, 1, new byte[0]));
      }
      try {
        flood.writeTo(socket.getOutputStream());
        socket.setSoTimeout(2000); // sooner than an open head would end it
        read(socket);
      } catch (SocketException reset) {
        // ended as well
      }
    }
    api.get("/q/health/live").expect(200);
  }

  @Test
  void requestsThatAreTakenBackAtOnceAgainAndAgainEndTheConnection() throws IOException {
    try (Socket socket = connect()) {
      write(socket, PREFACE);
      ByteArrayOutputStream flood = new ByteArrayOutputStream();
      flood.write(frame(SETTINGS, 0, 0, new byte[0]));
      for (int stream = 1; stream < 20_000; stream += 2) {
        flood.write(frame(HEADERS, END_HEADERS | END_STREAM, stream, GET_ROOT));
        flood.write(frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8}));
      }
      try {
        flood.writeTo(socket.getOutputStream());
        socket.setSoTimeout(2000);
        read(socket);
      } catch (SocketException reset) {
        // ended as well
      }
    }
    api.get("/q/health/live").expect(200);
  }

  @Test
  void anHttp2BodyOfWhichNothingComesEndsItsRequestAlone() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      HttpClient client = http2(vertx);
      for (String path : List.of("/v1/sessions", "/v1/rate-checks")) {
        HttpClientRequest stalled = post(client, path);
        stalled.write("{").toCompletionStage().toCompletableFuture().get();
        HttpClientRequest slow = post(client, path);
        for (int i = 0; i < 5; i++) {
          slow.write(" ").toCompletionStage().toCompletableFuture().get();
          Thread.sleep(1000);
        }
        ExecutionException ended =
            assertThrows(
                ExecutionException.class,
                () ->
                    stalled
                        .response()
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(1, TimeUnit.SECONDS));
        assertEquals(8, ((StreamResetException) ended.getCause()).getCode());
        slow.end("{");
        int status =
            slow.response()
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .statusCode();
        assertEquals(400, status, "the other goes on");
      }
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  private static HttpClient http2(Vertx vertx) {
    return vertx.createHttpClient(
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false));
  }

  private static HttpClientRequest post(HttpClient client, String path) throws Exception {
    return client
        .request(HttpMethod.POST, base.getPort(), base.getHost(), path)
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS)
        .putHeader("Authorization", "Bearer " + Backends.ADMIN_KEY)
        .putHeader("Content-Type", "application/json")
        .setChunked(true);
  }

  @Test
  void uploadsThatAreBrokenOffAreNoErrors() throws Exception {
    double errors = serverErrors();
    Vertx vertx = Vertx.vertx();
    try {
      HttpClient client = http2(vertx);
      for (String path : List.of("/v1/sessions", "/v1/rate-checks", "/v1/clients")) {
        HttpClientRequest request = post(client, path);
        request.write("{\"userId\"").toCompletionStage().toCompletableFuture().get();
        Thread.sleep(100); // the service waits for the rest
        request.reset();
        try (Socket socket = connect()) {
          write(socket, "POST " + path + " HTTP/1.1\r\n" + chunked() + "10\r\n{\"userId\"");
          Thread.sleep(100);
        }
      }
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
    api.get("/q/health/live").expect(200);
    Awaitility.await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
    assertEquals(List.of(), instance.errors());
    assertFalse(instance.log().contains("\"stackTrace\""), instance.log());
    assertEquals(errors, serverErrors());
  }

  @Test
  void manySlowConnectionsDoNotSlowOthers() throws IOException {
    // until the just-in-time compiler has seen it all, the ends of slow connections too
    try (SlowConnections ended = SlowConnections.open(2000)) {
      Load.start(400, Duration.ofSeconds(15), n -> api.get("/q/health/live")).await();
    }
    Duration alone = p99OfOthers();
    try (SlowConnections held = SlowConnections.open(2000)) {
      Duration beside = p99OfOthers();
      Duration bound =
          alone.multipliedBy(3).compareTo(Duration.ofMillis(50)) > 0
              ? alone.multipliedBy(3)
              : Duration.ofMillis(50);
      assertTrue(beside.compareTo(bound) < 0, alone + " alone, " + beside + " beside");
    }
  }

  /** Connections whose heads do not go on. */
  private record SlowConnections(List<Socket> sockets) implements AutoCloseable {
    static SlowConnections open(int count) throws IOException {
      SlowConnections opened = new SlowConnections(new ArrayList<>());
      for (int i = 0; i < count; i++) {
        Socket socket = connect();
        opened.sockets.add(socket);
        write(socket, "GET /q/health/live HTTP/1.1\r\nHost:");
      }
      return opened;
    }

    @Override
    public void close() throws IOException {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  /** Of 200 requests a second for three seconds, once they have been running for two. */
  private static Duration p99OfOthers() {
    Duration warm = Duration.ofSeconds(2);
    List<Load.Sample> all =
        Load.start(200, Duration.ofSeconds(5), n -> api.get("/q/health/live")).await();
    assertTrue(all.stream().allMatch(sample -> sample.status() == 200));
    List<Load.Sample> samples =
        all.stream().filter(sample -> sample.at().compareTo(warm) > 0).toList();
    List<Duration> took = samples.stream().map(Load.Sample::took).sorted().toList();
    return took.get(took.size() * 99 / 100);
  }

  private static double serverErrors() {
    return api.metric("http_server_requests_seconds_count", "status=\"500\"");
  }

  private static void problem(String answer, int status) throws IOException {
    assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
    assertEquals(1, answer.split("HTTP/1\\.1 ", -1).length - 1, "one answer: " + answer);
    String head = answer.substring(0, answer.indexOf("\r\n\r\n")).toLowerCase();
    assertTrue(head.contains("content-type: application/problem+json"), answer);
    assertTrue(head.contains("x-request-id: "), answer);
    assertEquals(
        status,
        new ObjectMapper()
            .readTree(answer.substring(answer.indexOf("\r\n\r\n")))
            .path("status")
            .asInt());
  }

  private static String key() {
    return "Authorization: Bearer " + Backends.ADMIN_KEY + "\r\n";
  }

  private static String chunked() {
    return HOST + key() + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
  }

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.writeBytes(new byte[] {0, 0, (byte) payload.length, (byte) type, (byte) flags});
    frame.writeBytes(ByteBuffer.allocate(4).putInt(stream).array());
    frame.writeBytes(payload);
    return frame.toByteArray();
  }

  private static void drip(Socket socket) {
    try {
      OutputStream out = socket.getOutputStream();
      for (byte b :
          ("GET / HTTP/1.1\r\nX: " + "x".repeat(1000)).getBytes(StandardCharsets.US_ASCII)) {
        out.write(b);
        Thread.sleep(200);
      }
    } catch (IOException | InterruptedException ended) {
      // by the service, or by the test
    }
  }

  private static String exchange(String request) throws IOException {
    try (Socket socket = connect()) {
      write(socket, request);
      return read(socket);
    }
  }

  private static Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), base.getPort());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String read(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }
}
