package botbot.http.wire;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Puts a {@link Gate} before each connection that a client opens. Netty finds it as a service where
 * {@code io.netty.bootstrap.extensions} is {@code serviceload}, as {@code botbot.Main} sets it: the
 * framework has no place where a connection could be seen before its first request.
 */
@RegisterForReflection
public final class ConnectionBounds extends ChannelInitializerExtension {

  private static final AtomicReference<@Nullable Bounds> BOUNDS = new AtomicReference<>();

  /** From now on these hold for new connections. */
  static void set(Bounds bounds) {
    BOUNDS.set(bounds);
  }

  @Override
  public void postInitializeServerChildChannel(Channel channel) {
    Bounds bounds = BOUNDS.get();
    if (bounds != null) {
      channel.pipeline().addFirst(Gate.NAME, new Gate(bounds));
    }
  }
}
