package botbot.http.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.http.problem.BadInput;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {

  @Test
  void aCursorComesBackAsItWent() {
    Cursor cursor = Cursor.parse(Cursor.of(-42L, "a:b", "ü").encode(), 3).orElseThrow();
    assertEquals(-42, cursor.number(0));
    assertEquals("a:b", cursor.text(1));
    assertEquals("ü", cursor.text(2));
  }

  @Test
  void aCursorIsSafeInAUrl() {
    assertTrue(Cursor.of("???>>>~~~", "ÿÿÿ").encode().matches("[A-Za-z0-9_-]+"));
  }

  @Test
  void noCursorIsTheBeginning() {
    assertEquals(Optional.empty(), Cursor.parse(null, 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "AAAA", "!!", "AAAAAAAAAAAA", "ü"})
  void whatIsMadeUpIsRefused(String text) {
    assertThrows(BadInput.class, () -> Cursor.parse(text, 1));
  }

  @Test
  void aCursorOfAnotherListIsRefused() {
    assertThrows(BadInput.class, () -> Cursor.parse(Cursor.of("a", "b").encode(), 1));
    assertThrows(
        BadInput.class, () -> Cursor.parse(Cursor.of("a").encode(), 1).orElseThrow().number(0));
  }

  @Test
  void aPageHasACursorOnlyWhereThereIsMore() {
    assertNull(Page.of(List.of("a", "b"), 2, Cursor::of).nextCursor());
    Page<String> page = Page.of(List.of("a", "b", "c"), 2, Cursor::of);
    assertEquals(List.of("a", "b"), page.items());
    assertEquals("b", Cursor.parse(page.nextCursor(), 1).orElseThrow().text(0));
  }
}
