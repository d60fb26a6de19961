package botbot.http.wire;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Answers what is no request, or never becomes one, with a problem, and ends the connection then.
 * What came before on the connection is answered before. All of it happens on the event loop of the
 * connection.
 */
final class Http1Guard extends ChannelDuplexHandler {

  /** How long a client may go on sending before it reads why nobody listens. */
  private static final int LINGER_MS = 1000;

  private final Bounds bounds;
  private @Nullable ChannelHandlerContext context;
  private @Nullable Refusal refusal;
  private boolean refused;
  private boolean inBody;
  private boolean answering;
  private int unanswered;
  private long headSince;
  private long bodySince;

  Http1Guard(Bounds bounds) {
    this.bounds = bounds;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  /** Bytes have come; false if nobody wants them any more. */
  boolean begin(long now) {
    if (!inBody && headSince == 0) {
      headSince = now;
    }
    return refusal == null;
  }

  /** Ends what takes too long. */
  void tick(long now) {
    ChannelHandlerContext at = context;
    if (at == null || refusal != null) {
      return;
    }
    if (!inBody && headSince != 0 && unanswered == 0) {
      if (now - headSince > bounds.head().toNanos()) {
        refuse(at, Refusal.timeout("head"));
      }
    } else if (inBody
        && now - bodySince > bounds.body().toNanos()
        // else it is the service that does not read
        && at.channel().config().isAutoRead()) {
      refuse(at, Refusal.timeout("body"));
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext at, Object message) {
    if (refusal != null) {
      ReferenceCountUtil.release(message);
      return;
    }
    if (message instanceof HttpRequest request) {
      headSince = 0;
      if (request.decoderResult().isFailure()) {
        refuse(at, Refusal.of(request));
        ReferenceCountUtil.release(message);
        return;
      }
      unanswered++;
      inBody = true;
      bodySince = System.nanoTime();
    } else if (message instanceof HttpContent content) {
      DecoderResult result = content.decoderResult();
      if (result.isFailure()) {
        refuse(at, Refusal.ofBody());
        ReferenceCountUtil.release(message);
        return;
      }
      bodySince = System.nanoTime();
    }
    if (message instanceof LastHttpContent) {
      inBody = false;
    }
    at.fireChannelRead(message);
  }

  @Override
  public void write(ChannelHandlerContext at, Object message, ChannelPromise promise) {
    if (refused) {
      ReferenceCountUtil.release(message);
      promise.setFailure(new ClosedChannelException());
      return;
    }
    boolean informational =
        message instanceof HttpResponse response
            && response.status().codeClass() == HttpStatusClass.INFORMATIONAL
            && response.status().code() != HttpResponseStatus.SWITCHING_PROTOCOLS.code();
    if (!informational && message instanceof HttpResponse) {
      answering = true;
    }
    at.write(message, promise);
    if (!informational && message instanceof LastHttpContent) {
      answering = false;
      unanswered--;
      answerIfDue(at);
    }
  }

  private void refuse(ChannelHandlerContext at, Refusal reason) {
    refusal = reason;
    answerIfDue(at);
  }

  /** In its turn: after the answers to earlier requests, or instead of that to its own. */
  private void answerIfDue(ChannelHandlerContext at) {
    if (refusal == null || refused || unanswered > (inBody ? 1 : 0)) {
      return;
    }
    refused = true;
    if (answering) {
      at.close();
      return;
    }
    at.writeAndFlush(refusal.answer()).addListener(written -> linger(at));
  }

  /** Closing at once could take back the answer, where the client is still sending. */
  private static void linger(ChannelHandlerContext at) {
    Channel channel = at.channel();
    if (channel instanceof DuplexChannel duplex && channel.isActive()) {
      duplex.shutdownOutput();
      channel.config().setAutoRead(true);
      at.executor().schedule(() -> at.close(), LINGER_MS, TimeUnit.MILLISECONDS);
    } else {
      at.close();
    }
  }
}
