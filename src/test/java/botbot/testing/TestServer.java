package botbot.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A real server on the loopback interface which a test may stop, kill, freeze and start again on
 * the same port. All that is known of it is in its home, so that any class may take hold of it.
 */
public abstract class TestServer implements AutoCloseable {
  final Path home;
  final ServerProcess process;
  private final String program;
  private final String endSignal;

  /** The server in {@code home}, which ends in order at {@code endSignal}. */
  TestServer(Path home, String program, String endSignal) {
    this.home = home;
    this.process = new ServerProcess(home);
    this.program = program;
    this.endSignal = endSignal;
  }

  /** Notes in a new home on which port the server listens. */
  static void settle(Path home, int port) {
    try {
      Files.createDirectories(home);
      Files.writeString(home.resolve("port"), "" + port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The port it listens on, the same over restarts. */
  public final int port() {
    try {
      return Integer.parseInt(Files.readString(home.resolve("port")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks it to end in order, its clients disconnected, and waits until it has. */
  public final void stop() {
    process.stop(endSignal);
  }

  /** Stops what an earlier JVM left running in this home. */
  void stopOrphan() {
    process.stopOrphan(program, endSignal);
  }

  /** Ends it and all its processes at once. */
  public final void kill() {
    process.kill();
  }

  /** Makes it deaf, its connections open, until the result is closed. */
  public final Frozen freeze() {
    return process.freeze();
  }

  /** Lets it go on after {@link #freeze}. */
  public final void thaw() {
    process.thaw();
  }

  /** Whether the process lives, frozen or not. */
  public final boolean isRunning() {
    return process.process().isPresent();
  }

  @Override
  public final void close() {
    kill();
    Homes.deleteTemporary(home);
  }
}
