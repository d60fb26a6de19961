package botbot.redis.mode;

import java.time.Instant;

/** CDI event: the mode changed. Fired asynchronously, once per change. */
public record ModeChanged(
    Mode from, Mode to, ModeTracker.Trouble trouble, String cause, Instant at) {}
