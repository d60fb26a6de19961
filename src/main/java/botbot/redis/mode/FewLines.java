package botbot.redis.mode;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Bounds how many lines a minute go to the log about what may come and go. */
final class FewLines {

  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  /** Whether to write the next line, to say that there will be none for a while, or nothing. */
  enum Next {
    WRITE,
    ANNOUNCE_SILENCE,
    NOTHING
  }

  private final int most;
  private final LongSupplier nanoTime;
  private long began;
  private int lines;

  FewLines(int most, LongSupplier nanoTime) {
    this.most = most;
    this.nanoTime = nanoTime;
    this.began = nanoTime.getAsLong();
  }

  Next next() {
    long now = nanoTime.getAsLong();
    if (now - began >= MINUTE) {
      began = now;
      lines = 0;
    }
    lines++;
    return lines <= most ? Next.WRITE : lines == most + 1 ? Next.ANNOUNCE_SILENCE : Next.NOTHING;
  }
}
