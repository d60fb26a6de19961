package botbot.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import botbot.cache.Entry.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntryTest {

  @Test
  void isReadBackAsItWasWritten() {
    Entry entry = new Entry(Kind.V, 12, 34, 56, 78, "9a", "{\"text\":\"a|b|1|V|\"}");
    assertEquals(entry, Entry.decode(entry.encode()));
    assertEquals(Entry.tombstone(7), Entry.decode(Entry.tombstone(7).encode()));
    assertEquals(Entry.negative(), Entry.decode(Entry.negative().encode()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "garbage",
        "1|V|1|2|3",
        "2|V|1|0|0|0|s|{}",
        "1|X|1|0|0|0|s|{}",
        "1|V|x|0|0|0|s|"
      })
  void isNullForWhatThisServiceDidNotWrite(String text) {
    assertNull(Entry.decode(text));
  }
}
