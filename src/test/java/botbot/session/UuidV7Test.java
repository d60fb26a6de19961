package botbot.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class UuidV7Test {

  @Test
  void isTheExampleOfTheStandard() {
    // RFC 9562, appendix A.6
    UUID example = UuidV7.of(0x017F22E279B0L, 0xCC3, 0x18C4DC0C0C07398FL);
    assertEquals(UUID.fromString("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"), example);
  }

  @Test
  void sortsByTime() {
    String earlier = UuidV7.of(1_000, -1, -1).toString();
    String later = UuidV7.of(1_001, 0, 0).toString();
    assertTrue(earlier.compareTo(later) < 0);
    assertEquals(7, UuidV7.random().version());
    assertEquals(2, UuidV7.random().variant());
  }
}
