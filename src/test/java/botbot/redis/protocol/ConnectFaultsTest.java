package botbot.redis.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.ConnectException;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class ConnectFaultsTest {

  private static final String NODES = "Failed to connect to all nodes of the cluster";
  private static final String NODE = "\n- rediss://botbot:s3cret@10.0.0.1:6379: ";

  @Test
  void noAddressAndNoPasswordOfANodeIsTold() {
    assertEquals("a server of the cluster is not reached", of(NODES + NODE + "odd"));
    assertEquals(
        "it refuses the user or the password (WRONGPASS)",
        of(NODES + NODE + "WRONGPASS invalid username-password pair or user is disabled."));
    assertEquals(
        "its certificate is of a CA that is not trusted",
        of("Cannot connect to any\n- javax.net.ssl.SSLHandshakeException: PKIX path building"));
    assertEquals("connection refused", of(NODES + NODE + "Connection refused: node/10.0.0.1:6379"));
  }

  @Test
  void whatOneServerSaysStays() {
    assertEquals("ERR max number of clients reached", of("ERR max number of clients reached"));
    assertEquals("connection closed", of("CONNECTION_CLOSED"));
    assertEquals("connection refused", ConnectFaults.of(new ConnectException("cache/10.0.0.1")));
    assertEquals(
        "its name cannot be resolved", ConnectFaults.of(new UnknownHostException("cache")));
  }

  private static String of(String message) {
    return ConnectFaults.of(new IllegalStateException(message));
  }
}
