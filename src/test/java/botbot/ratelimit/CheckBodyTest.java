package botbot.ratelimit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.http.ValidName;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckBodyTest {

  @Test
  void knowsANameAsTheConstraintDoes() {
    for (char c = 0; c < 0x200; c++) {
      String text = "a" + c;
      assertEquals(text.matches(ValidName.REGEX), CheckBody.isName(text), text);
    }
    for (int length : List.of(0, 1, 128, 129)) {
      String text = "x".repeat(length);
      assertEquals(text.matches(ValidName.REGEX), CheckBody.isName(text), text);
    }
  }

  @Test
  void aCostIsWithinAMillion() {
    assertTrue(new CheckBody("a", null, null, -1_000_000L).isValid());
    assertFalse(new CheckBody("a", null, null, 1_000_001L).isValid());
    assertFalse(new CheckBody("a", null, null, Long.MIN_VALUE).isValid());
  }
}
