package botbot.cache.entry;

import botbot.redis.GuardedRedis;
import botbot.redis.Script;
import botbot.redis.protocol.RedisErrorReply;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Payloads that are too long to share a connection with small answers. Each stands under a key of
 * its own and travels in pieces, a few of all at a time; a token before it tells whether all pieces
 * are of one writing.
 */
final class Payloads {

  /** Up to here a payload stands in its entry: 16 KiB. */
  private static final int LONG = 16 << 10;

  private static final Script READ = Script.named("cache_payload_read");
  private static final Script UPLOAD = Script.named("cache_payload_upload");

  /** How long what was uploaded waits to be put in its place, in milliseconds. */
  private static final long WAIT = TimeUnit.SECONDS.toMillis(10);

  private final GuardedRedis redis;

  Payloads(GuardedRedis redis) {
    this.redis = redis;
  }

  static boolean isLong(Buffer payload) {
    return payload.length() > LONG;
  }

  /** The payload after that token; null if another is there, or none. */
  @Nullable Buffer read(EntryNames names, String token) {
    Buffer whole = Buffer.buffer();
    int length;
    do {
      Response piece =
          redis.evalPiece(
              names.since(),
              READ,
              List.of(names.payload()),
              List.of(Buffer.buffer(token), text(whole.length()), text(GuardedRedis.PIECE)));
      if (piece == null) {
        return null;
      }
      Buffer text = piece.toBuffer();
      length = text.length();
      whole.appendBuffer(text);
    } while (length == GuardedRedis.PIECE);
    return whole;
  }

  /** Makes a payload ready to be put in its place; false if Redis has no memory for it. */
  boolean upload(EntryNames names, String token, Buffer payload) {
    Buffer whole = Buffer.buffer(token).appendBuffer(payload);
    try {
      for (int at = 0; at < whole.length(); at += GuardedRedis.PIECE) {
        Buffer piece = whole.slice(at, Math.min(whole.length(), at + GuardedRedis.PIECE));
        redis.evalPiece(
            names.since(),
            UPLOAD,
            List.of(names.upload(token)),
            List.of(text(at), piece, text(WAIT)));
      }
      return true;
    } catch (RedisErrorReply reply) {
      if (reply.isOutOfMemory()) {
        return false;
      }
      throw reply;
    }
  }

  /** A number as scripts take it. */
  static Buffer text(long number) {
    return Buffer.buffer(String.valueOf(number));
  }
}
