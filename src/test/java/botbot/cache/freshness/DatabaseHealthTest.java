package botbot.cache.freshness;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botbot.http.TurnedAway;
import botbot.testing.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When the log tells of PostgreSQL. */
class DatabaseHealthTest {

  private static final Duration SOON = Duration.ofMillis(1);
  private static final int OUTAGE_MS = 2100;

  private final List<String> told = new ArrayList<>();
  private final Logger logger = Logger.getLogger(DatabaseHealth.class.getName());
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          told.add(record.getLevel().getName());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };
  // only a server that is read-only has its connections renewed
  private final DatabaseHealth health = new DatabaseHealth(null);

  @BeforeEach
  void listen() {
    logger.addHandler(handler);
  }

  @AfterEach
  void stopListening() {
    logger.removeHandler(handler);
  }

  @Test
  void aLookThatIsLateIsNoNewsWhileConnectionsAreRefused() {
    refuse();
    Pause.millis(OUTAGE_MS);
    refuse();
    assertEquals(List.of("WARN"), told);
    for (int i = 0; i < 3; i++) {
      health.late();
      health.tell();
      refuse();
    }
    assertEquals(List.of("WARN"), told);
  }

  @Test
  void anotherReasonIsToldOnceItHasLasted() {
    refuse();
    Pause.millis(OUTAGE_MS);
    refuse();
    health.late();
    health.tell();
    Pause.millis(OUTAGE_MS);
    health.tell();
    assertEquals(List.of("WARN", "WARN"), told);
  }

  private void refuse() {
    health.turnedAway(new TurnedAway("PostgreSQL refuses: too many connections (53300)"));
    health.answered(false, SOON);
    health.tell();
  }
}
