package botbot.http.wire;

import io.netty.buffer.ByteBuf;

/**
 * Follows the frames of an HTTP/2 connection (RFC 9113, 4.1), of which it reads the heads alone: a
 * block of header fields that goes on for ever in small pieces costs the sender little and the
 * reader much.
 */
final class HeaderBlocks {

  private static final int HEAD = 9;
  private static final int HEADERS = 0x1;
  private static final int CONTINUATION = 0x9;
  private static final int END_HEADERS = 0x4;

  /** Far more than fields within the limit of their size take. */
  private static final int CONTINUATIONS = 32;

  private final byte[] head = new byte[HEAD];
  private int read;
  private int payload;
  private int continuations;
  private long openSince;

  /** Passes over so many bytes before the first frame. */
  HeaderBlocks(int skipped) {
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

  private boolean frame(long now) {
    read = 0;
    payload = (head[0] & 0xff) << 16 | (head[1] & 0xff) << 8 | head[2] & 0xff;
    boolean ended = (head[4] & END_HEADERS) != 0;
    if (head[3] == HEADERS) {
      continuations = 0;
      openSince = ended ? 0 : now;
    } else if (head[3] == CONTINUATION) {
      openSince = ended ? 0 : openSince;
      return ++continuations <= CONTINUATIONS;
    }
    return true;
  }
}
