package botbot.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Finds ports to listen on. */
public final class Ports {
  // Below the range from which outgoing connections get theirs: a client which keeps calling a
  // stopped server there could be given that very port, and would then be talking to itself.
  private static final int FIRST = 15_000;
  private static final int END = 32_000;

  private Ports() {}

  /** A port of the loopback interface on which nothing listens at the moment. */
  public static int free() {
    for (int attempt = 0; attempt < 1_000; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      if (isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException("no free port between " + FIRST + " and " + END);
  }

  static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}
