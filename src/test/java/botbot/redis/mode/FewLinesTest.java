package botbot.redis.mode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botbot.redis.mode.FewLines.Next;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FewLinesTest {

  private final AtomicLong nanoTime = new AtomicLong(-5);
  private final FewLines lines = new FewLines(2, nanoTime::get);

  @Test
  void announcesItsSilenceOnceAMinute() {
    for (int minute = 0; minute < 3; minute++) {
      assertEquals(Next.WRITE, lines.next());
      nanoTime.addAndGet(Duration.ofSeconds(20).toNanos());
      assertEquals(Next.WRITE, lines.next());
      assertEquals(Next.ANNOUNCE_SILENCE, lines.next());
      nanoTime.addAndGet(Duration.ofSeconds(39).toNanos());
      assertEquals(Next.NOTHING, lines.next());
      nanoTime.addAndGet(Duration.ofSeconds(1).toNanos());
    }
  }
}
