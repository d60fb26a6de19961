package botbot.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Accepts connections and never answers: the system does so for a server that does not accept. */
public final class MuteHost implements AutoCloseable {

  private static final int CONNECTIONS = 1_000;

  private final ServerSocket socket;

  /** Opens one on a free port of the loopback interface. */
  public MuteHost() {
    try {
      socket = new ServerSocket(Ports.free(), CONNECTIONS, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The address as {@code quarkus.redis.hosts} takes it. */
  public String url() {
    return "redis://127.0.0.1:" + socket.getLocalPort();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
