package io.aetherkeep.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HashDocumentTest {

  @Test
  void fields_areTextsInTheOrderOfTheirNames() {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("pages", "7");
    fields.put("author", "Lampedusa \u00e9");
    fields.put("tags", "[\"a\", 1]");
    fields.put("note", "{not JSON");
    assertEquals(
        "{\"author\":\"Lampedusa \u00e9\",\"note\":\"{not JSON\",\"pages\":\"7\",\"tags\":[\"a\", 1]}",
        HashDocument.of(fields).toString());
  }

  @Test
  void aValue_isReadBackAsItWasWritten() {
    Document value =
        HashDocument.checked(Document.of("{ \"b\":\"\\u0041\", \"a\": {\"n\": 1}, \"b\": \"x\" }"));
    assertEquals("{\"a\":{\"n\": 1},\"b\":\"x\"}", value.toString());
    assertEquals(List.of("a", "{\"n\": 1}", "b", "x"), HashDocument.pairs(value));
    assertEquals(value, HashDocument.checked(value));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "1",
        "null",
        "{\"a\":1}",
        "{\"a\":true}",
        "{\"a\":null}",
        "{\"a\":\"[1]\"}",
        "{\"a\":\"{}\"}"
      })
  void whatAHashCannotHold_isRefused(String json) {
    Failure failure =
        assertThrows(Failure.class, () -> HashDocument.checked(Document.of(json)), json);
    assertEquals(Code.UNSUPPORTED_VALUE, failure.code());
  }

  @Test
  void anOriginsValue_becomesTexts() {
    assertEquals(
        "{\"a\":\"7\",\"b\":\"true\",\"d\":[1]}",
        HashDocument.adapted(Document.of("{\"d\":\"[1]\",\"b\":true,\"c\":null,\"a\":7}"))
            .toString());
    for (String none : List.of("[]", "{}", "{\"a\":null}", "7")) {
      assertEquals(
          Code.UNREADABLE_VALUE,
          assertThrows(Failure.class, () -> HashDocument.adapted(Document.of(none))).code());
    }
  }
}
