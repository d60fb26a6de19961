package botbot.http;

import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.ServiceInstance;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Paths which clients of Java do not even send, on the packaged service, which needs no backend for
 * this.
 */
class MalformedPathIT {

  private static ServiceInstance instance;

  @BeforeAll
  static void start() {
    instance =
        ServiceInstance.launch("malformed-path", ServiceInstance.environmentWithoutBackends())
            .awaitLive();
  }

  @AfterAll
  static void stop() {
    instance.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/sessions/a|b",
        "/v1/sessions/<x>",
        "/v1/sessions?userId=%zz",
        "/v1/users/{u}/preferences",
        "/v1/sessions/a^b",
        "/v1/sessions/%zz",
        "/v1/sessions/%f",
        "/|"
      })
  void aMalformedPathIsAProblemToo(String path) throws IOException {
    URI base = instance.api().uri("/");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), base.getPort())) {
      String request = "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
      assertTrue(answer.contains("application/problem+json"), answer);
    }
  }
}
