package botbot.testing;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A way to a port of this machine which can be cut, slowed down or re-pointed for those who use it
 * alone.
 */
public final class PortProxy implements AutoCloseable {
  private volatile int target;
  private final int port = Ports.free();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile long delayNanos;
  private volatile long nanosPerKibibyte;
  private final AtomicLong lineFree = new AtomicLong(System.nanoTime());
  private @Nullable Listener listener;

  private PortProxy(int target) {
    this.target = target;
    restore();
  }

  /** Opens a way to the target port. */
  public static PortProxy to(int target) {
    return new PortProxy(target);
  }

  /** Breaks all connections, and leads new ones to another port. */
  public synchronized void pointTo(int other) {
    target = other;
    open.forEach(PortProxy::close);
    open.clear();
  }

  /** The port to connect to instead of the target. */
  public int port() {
    return port;
  }

  /** Breaks all connections; new ones are refused until {@link #restore}. */
  public synchronized void cut() {
    if (listener != null) {
      listener.stop();
      listener = null;
    }
    open.forEach(PortProxy::close);
    open.clear();
  }

  /** Has answers arrive later by at least this, until {@code Duration.ZERO} is asked for. */
  public void delayAnswers(Duration by) {
    delayNanos = by.toNanos();
  }

  /** Has both directions of all connections share a line of that many bits per second. */
  public void narrowTo(long bitsPerSecond) {
    nanosPerKibibyte = 1024L * 8 * 1_000_000_000L / bitsPerSecond;
  }

  /** Lets connections through again. */
  public synchronized void restore() {
    if (listener != null) {
      return;
    }
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      listener = new Listener(socket, Thread.ofVirtual().start(() -> accept(socket)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    cut();
  }

  private void accept(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        Socket near = socket.accept();
        Thread.ofVirtual().start(() -> connect(socket, near));
      } catch (IOException closed) {
        close(socket);
      }
    }
  }

  private void connect(ServerSocket by, Socket near) {
    open.add(near);
    int to = target;
    try {
      Socket far = new Socket(InetAddress.getLoopbackAddress(), to);
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
      open.add(far);
      Thread.ofVirtual().start(() -> pump(near, far, () -> 0));
      Thread.ofVirtual().start(() -> pump(far, near, () -> delayNanos));
      if (by.isClosed() || to != target) {
        close(near);
        close(far);
      }
    } catch (IOException targetGone) {
      close(near);
      open.remove(near);
    }
  }

  private void pump(Socket from, Socket to, LongSupplier delay) {
    byte[] buffer = new byte[16 * 1024];
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      for (int length; (length = in.read(buffer)) >= 0; ) {
        await(System.nanoTime() + delay.getAsLong());
        await(through(length));
        out.write(buffer, 0, length);
      }
    } catch (IOException broken) {
      // the other side learns of it by the closing below
    } finally {
      close(from);
      close(to);
      open.remove(from);
      open.remove(to);
    }
  }

  /** When so many bytes have passed the line, after all before them. */
  private long through(int bytes) {
    long takes = nanosPerKibibyte * bytes / 1024;
    return lineFree.updateAndGet(free -> Math.max(free, System.nanoTime()) + takes);
  }

  private static void await(long due) {
    for (long left; (left = due - System.nanoTime()) > 0; ) {
      LockSupport.parkNanos(left);
    }
  }

  private static void close(@Nullable Closeable closeable) {
    if (closeable == null) {
      return;
    }
    try {
      closeable.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Listener(ServerSocket socket, Thread accepting) {

    /** Returns when the port is free: a socket is open until no thread waits on it any more. */
    void stop() {
      close(socket);
      try {
        accepting.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
