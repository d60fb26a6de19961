package botbot.http.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Follows the frames of an HTTP/2 connection (RFC 9113, 4.1), of which it reads the heads alone. A
 * block of header fields that goes on for ever in small pieces costs the sender little and the
 * reader much; a body of which nothing comes keeps a stream open.
 */
final class Http2Guard {

  private static final int HEAD = 9;
  private static final int DATA = 0x0;
  private static final int HEADERS = 0x1;
  private static final int CONTINUATION = 0x9;
  private static final int END_STREAM = 0x1;
  private static final int END_HEADERS = 0x4;

  /** Far more than fields within the limit of their size take. */
  private static final int CONTINUATIONS = 32;

  private final byte[] head = new byte[HEAD];
  private int read;
  private int payload;
  private int continuations;
  private long openSince;

  /** When something last came of the bodies that have not ended, by stream. */
  private final Map<Integer, Long> bodies = new HashMap<>();

  /** Passes over so many bytes before the first frame. */
  Http2Guard(int skipped) {
    payload = skipped;
  }

  /** Follows what came at this instant; false if a block has too many pieces. */
  boolean follow(ByteBuf bytes, long now) {
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    while (at < end) {
      if (payload > 0) {
        int skipped = Math.min(payload, end - at);
        payload -= skipped;
        at += skipped;
      } else {
        head[read++] = bytes.getByte(at++);
        if (read == HEAD && !frame(now)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Whether a block that has begun before {@code instant} has not ended. */
  boolean openBefore(long instant) {
    return openSince != 0 && openSince - instant < 0;
  }

  /** Ends the streams of whose body nothing has come since {@code instant}. */
  void endBodies(ChannelHandlerContext context, Http2ConnectionHandler handler, long instant) {
    bodies.entrySet().removeIf(body -> !isOpen(handler.connection().stream(body.getKey())));
    bodies.forEach(
        (stream, since) -> {
          if (since - instant < 0) {
            handler.resetStream(
                context, stream, Http2Error.CANCEL.code(), context.channel().newPromise());
          }
        });
    context.flush();
  }

  private static boolean isOpen(@Nullable Http2Stream stream) {
    return stream != null && stream.state().remoteSideOpen();
  }

  private boolean frame(long now) {
    read = 0;
    payload = (head[0] & 0xff) << 16 | (head[1] & 0xff) << 8 | head[2] & 0xff;
    int type = head[3];
    if (type == HEADERS || type == DATA) {
      body((head[4] & END_STREAM) != 0, now);
    }
    boolean ended = (head[4] & END_HEADERS) != 0;
    if (type == HEADERS) {
      continuations = 0;
      openSince = ended ? 0 : now;
    } else if (type == CONTINUATION) {
      openSince = ended ? 0 : openSince;
      return ++continuations <= CONTINUATIONS;
    }
    return true;
  }

  private void body(boolean ended, long now) {
    int stream =
        (head[5] & 0x7f) << 24 | (head[6] & 0xff) << 16 | (head[7] & 0xff) << 8 | head[8] & 0xff;
    if (ended) {
      bodies.remove(stream);
    } else {
      bodies.put(stream, now);
    }
  }
}
