package botbot.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botbot.testing.Api;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The model bites: a service that answers old values, or loses them, is found out. */
class FreshnessModelTest {

  private static final String BODY = "{\"n\":%d}";
  private static final String PATH = "/v1/sessions/s";

  private final FreshnessModel model = new FreshnessModel();
  private HttpServer server;
  private Api one;
  private Api other;
  private volatile int status = 200;
  private volatile int value;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    String base = "http://localhost:" + server.getAddress().getPort();
    one = Api.at(base, "any").unchecked();
    other = Api.at(base, "any").unchecked();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = BODY.formatted(value).getBytes(StandardCharsets.UTF_8);
      boolean none = status == 204;
      exchange.sendResponseHeaders(status, none ? -1 : body.length);
      if (!none) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  private void written() {
    model.write(one, PATH, BODY);
    model.write(one, PATH, BODY);
  }

  private void assertViolations(int count) {
    assertEquals(count, model.violations().size(), () -> model.violations().toString());
  }

  @Test
  void theValueThatWasAcknowledgedLastIsFresh() {
    written();
    value = 2;
    model.read(other, PATH);
    assertViolations(0);
  }

  @Test
  void anOldValueIsAViolation() {
    written();
    value = 1;
    model.read(other, PATH);
    assertViolations(1);
  }

  @Test
  void aLostWriteIsAViolation() {
    written();
    status = 404;
    model.read(one, PATH);
    assertViolations(1);
  }

  @Test
  void aRevivedValueIsAViolationAndItsAbsenceIsNot() {
    written();
    status = 204;
    model.delete(one, PATH);
    status = 404;
    model.read(one, PATH);
    assertViolations(0);
    status = 200;
    value = 2;
    model.read(one, PATH);
    assertViolations(1);
  }

  @Test
  void whileThereIsAFaultOnlyTheInstanceThatTookTheWriteMustKnowItAtOnce() {
    model.faultBegins();
    written();
    value = 1;
    model.read(other, PATH);
    assertViolations(0);
    model.read(one, PATH);
    assertViolations(1);
  }

  @Test
  void aWriteThatWasNotAcknowledgedMayBeSeenOrNot() {
    model.write(one, PATH, BODY);
    status = 503;
    model.write(one, PATH, BODY);
    status = 200;
    value = 1;
    model.read(one, PATH);
    value = 2;
    model.read(one, PATH);
    assertViolations(0);
  }

  @Test
  void whatAPromotionLostNeedNotBeSeenAndOnceItIsGoneMustNotBe() {
    model.write(one, PATH, BODY);
    long safe = System.nanoTime();
    model.write(one, PATH, BODY);
    assertEquals(1, model.promoted(safe, Map.of(PATH, 1)));
    value = 1;
    model.read(one, PATH);
    value = 2;
    model.read(one, PATH);
    assertViolations(0);
    model.lostIsGone();
    model.read(one, PATH);
    assertViolations(1);
    model.write(one, PATH, BODY);
    value = 3;
    model.read(other, PATH);
    assertViolations(1);
    value = 1;
    model.read(other, PATH);
    assertViolations(2);
  }

  @Test
  void whatWasSafeBeforeAPromotionMustBeSeenAfterIt() {
    written();
    assertEquals(0, model.promoted(System.nanoTime(), Map.of(PATH, 1)));
    value = 1;
    model.read(one, PATH);
    assertViolations(1);
  }

  @Test
  void aDeletionThatAPromotionLostHidesNothing() {
    model.write(one, PATH, BODY);
    long safe = System.nanoTime();
    status = 204;
    model.delete(one, PATH);
    assertEquals(1, model.promoted(safe, Map.of(PATH, 1)));
    model.lostIsGone();
    status = 404;
    model.read(one, PATH);
    assertViolations(1);
  }

  @Test
  void whatAPromotionLeftNothingOfNeedNotBeThere() {
    long safe = System.nanoTime();
    written();
    assertEquals(2, model.promoted(safe, Map.of()));
    model.lostIsGone();
    status = 404;
    model.read(one, PATH);
    assertViolations(0);
  }
}
