package botbot.cache.entry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import botbot.cache.entry.Entry.Kind;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntryTest {

  @Test
  void isReadBackAsItWasWritten() {
    Buffer payload = Buffer.buffer("{\"text\":\"a|b|1|V|ü😀\"}");
    Entry entry = new Entry(Kind.V, 12, 34, 56, 78, 90, "9a", payload);
    assertEquals(entry, Entry.decode(entry.encode()));
    for (Entry other : List.of(Entry.tombstone(7), Entry.negative())) {
      assertEquals(other, Entry.decode(other.encode()));
    }
  }

  @Test
  void isWholeAgainWithThePayloadThatStoodApart() {
    Buffer payload = Buffer.buffer("{}");
    Entry entry = new Entry(Kind.V, 12, 34, 56, 78, 90, "9a", payload);
    Entry apart = Entry.decode(entry.apart("token").encode());
    assertEquals("token", apart.token());
    assertEquals(0, apart.payload().length());
    assertEquals(entry, apart.with(payload));
    assertNull(entry.token());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "garbage",
        "1|V|1|2|3",
        "2|V|1|0|0|0|0|s|{}",
        "1|X|1|0|0|0|s|{}",
        "1|V|x|0|0|0|s|"
      })
  void isNullForWhatThisServiceDidNotWrite(String text) {
    assertNull(Entry.decode(Buffer.buffer(text)));
  }
}
