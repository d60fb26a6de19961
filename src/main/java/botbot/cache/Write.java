package botbot.cache;

import botbot.space.Key;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A write that has begun: its key is locked until the transaction ends.
 *
 * @param version greater than that of every earlier write of the key
 * @param epoch the epoch, which cannot change before the transaction ends
 * @param previousEpoch the epoch before, while other instances may still be reading it
 * @param now PostgreSQL's clock, read under the lock, in whole milliseconds
 */
public record Write(
    String cache, Key key, long version, long epoch, @Nullable Long previousEpoch, Instant now) {}
