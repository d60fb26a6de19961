package botbot.http.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands before everything else on a connection. When its first bytes tell HTTP/1.1 from HTTP/2, it
 * has the former read strictly and answered by {@link Http1Guard}, and the frames of the latter
 * followed by {@link Http2Guard}. It ends connections whose head does not.
 */
final class Gate extends ChannelInboundHandlerAdapter {

  static final String NAME = "gate";
  private static final String DECODER = "httpDecoder";
  private static final String ENCODER = "httpEncoder";
  private static final int TICK_MS = 1000;

  private final Bounds bounds;
  private long since;
  private @Nullable Http1Guard http1;
  private @Nullable Http2Guard http2;
  private @Nullable ScheduledFuture<?> ticks;

  Gate(Bounds bounds) {
    this.bounds = bounds;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    since = System.nanoTime();
    ticks =
        context
            .executor()
            .scheduleAtFixedRate(() -> tick(context), TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    stop();
    ChannelPipeline pipeline = context.pipeline();
    if (context.channel().isActive() && pipeline.get(Http2ConnectionHandler.class) != null) {
      // an upgrade to HTTP/2 clears the pipeline; the client's preface comes next
      context.executor().execute(() -> pipeline.addFirst(NAME, upgraded()));
    }
  }

  private Gate upgraded() {
    Gate gate = new Gate(bounds);
    gate.http2 = new Http2Guard(Http2CodecUtil.connectionPrefaceBuf().readableBytes());
    return gate;
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    stop();
    context.fireChannelInactive();
  }

  private void stop() {
    if (ticks != null) {
      ticks.cancel(false);
      ticks = null;
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    // one by one: the handlers of the protocol must be in place before a whole head can be read
    while (http1 == null && http2 == null && bytes.isReadable()) {
      context.fireChannelRead(bytes.readRetainedSlice(1));
      tell(context);
    }
    if (!bytes.isReadable() || !isTaken(context, bytes)) {
      ReferenceCountUtil.release(bytes);
    } else {
      context.fireChannelRead(bytes);
    }
  }

  /** Looks which handlers the framework has put in place, and adds ours. */
  private void tell(ChannelHandlerContext context) {
    ChannelPipeline pipeline = context.pipeline();
    if (pipeline.get(DECODER) != null) {
      http1 = new Http1Guard(bounds);
      pipeline.addAfter(ENCODER, "guard", http1);
      pipeline.replace(DECODER, DECODER, new StrictRequestDecoder(bounds.options()));
    } else if (pipeline.get(Http2ConnectionHandler.class) != null) {
      http2 = new Http2Guard(0);
    }
  }

  private boolean isTaken(ChannelHandlerContext context, ByteBuf bytes) {
    if (http1 != null) {
      return http1.begin(System.nanoTime());
    }
    if (http2 != null && !http2.follow(bytes, System.nanoTime())) {
      context.close();
      return false;
    }
    return true;
  }

  private void tick(ChannelHandlerContext context) {
    long now = System.nanoTime();
    if (http1 != null) {
      http1.tick(now);
    } else if (http2 == null
        ? now - since > bounds.head().toNanos()
        : http2.openBefore(now - bounds.head().toNanos())) {
      context.close();
    } else if (http2 != null) {
      Http2ConnectionHandler handler = context.pipeline().get(Http2ConnectionHandler.class);
      if (handler != null) {
        http2.endBodies(
            context.pipeline().context(handler), handler, now - bounds.body().toNanos());
      }
    }
  }
}
