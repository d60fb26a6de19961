package botbot.http.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.http.problem.BadInput;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

  private final ObjectMapper mapper = new ObjectMapper();

  record Holder(@Nullable Json data) {}

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.10",
        "1E400",
        "-0.0",
        "1e10000",
        "1E-10000",
        "123456789012345678901234567890",
        "0.1",
        "-1",
        "{\"b\":1.0,\"a\":[null,true,\"\u00fc\ud83d\ude00\"]}",
        "\"\"",
        "null",
        "[]",
        "{\"\":{}}"
      })
  void everyValueStaysAsItWas(String text) throws Exception {
    String body = "{\"data\":" + text + "}";
    Holder read = mapper.readValue(body, Holder.class);
    assertEquals(text, read.data().text());
    assertEquals(body, mapper.writeValueAsString(read));
    assertEquals(text, Json.of(read.data().tree()).text());
    assertEquals(text.getBytes(StandardCharsets.UTF_8).length, read.data().bytes());
  }

  @Test
  void nullIsAValueAndAbsentIsNone() throws Exception {
    assertEquals("null", mapper.readValue("{\"data\":null}", Holder.class).data().text());
    assertNull(mapper.readValue("{}", Holder.class).data());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\u0000", "\\ud800", "\\udc00", "\\udc00\\ud800", "a\\ud83dx"})
  void textThatCannotBeStoredIsRefusedWithItsField(String text) {
    JsonMappingException refused =
        assertThrows(
            JsonMappingException.class,
            () -> mapper.readValue("{\"data\":{\"a\":[1,\"" + text + "\"]}}", Holder.class));
    assertTrue(refused.getCause() instanceof BadInput);
    assertTrue(((BadInput) refused.getCause()).members().toString().contains("field=data.a[1]"));
  }

  @Test
  void keysAreCheckedToo() {
    JsonMappingException refused =
        assertThrows(
            JsonMappingException.class,
            () -> mapper.readValue("{\"data\":{\"\\ud800\":1}}", Holder.class));
    assertTrue(((BadInput) refused.getCause()).members().toString().contains("field=data.?"));
  }

  @Test
  void anObjectIsToldFromOtherValues() {
    assertTrue(new Json("{}").isObject());
    assertFalse(new Json("[{}]").isObject());
  }

  @Test
  void numbersCanStillBeComputedWith() {
    assertEquals(12, new Json("[12]").tree().get(0).intValue());
    assertTrue(new Json("1.5").tree().decimalValue().doubleValue() == 1.5);
  }
}
