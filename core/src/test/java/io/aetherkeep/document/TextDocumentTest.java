package io.aetherkeep.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextDocumentTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "7",
        "\"",
        "{\"a\":1}",
        "<p>\u00e9\n\t\\</p>",
        "\ud83d\ude00\u0000\u2028",
        "\ufeff"
      })
  void aText_isReadBackAsItWasStored(String text) {
    Document document = TextDocument.of(Buffer.buffer(text));
    assertEquals(document, TextDocument.checked(document));
    assertEquals(Buffer.buffer(text), TextDocument.bytes(document));
    assertEquals(Document.received(document.bytes()), document);
  }

  @Test
  void aJsonString_isStoredAsItsText() {
    Document document = TextDocument.checked(Document.of(" \"\\u0041\\/\" "));
    assertEquals("\"A/\"", document.toString());
    assertEquals("A/", TextDocument.bytes(document).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "null", "{\"a\":1}", "[\"a\"]", "\"\\ud800\""})
  void whatATextCannotHold_isRefused(String json) {
    Failure failure =
        assertThrows(Failure.class, () -> TextDocument.checked(Document.of(json)), json);
    assertEquals(Code.UNSUPPORTED_VALUE, failure.code());
  }

  @Test
  void bytesThatAreNotUtf8_areNoText() {
    Buffer bytes = Buffer.buffer(new byte[] {'"', (byte) 0xff, '"'});
    assertFalse(TextDocument.of(bytes).isJson());
    assertEquals(bytes, TextDocument.bytes(TextDocument.of(bytes)));
    assertEquals(
        Code.INVALID_BODY, assertThrows(Failure.class, () -> TextDocument.received(bytes)).code());
  }

  @Test
  void anOriginsValue_isItsText_orItsJson() {
    assertEquals("\"a\"", TextDocument.adapted(Document.of(" \"a\" ")).toString());
    assertEquals("7", TextDocument.bytes(TextDocument.adapted(Document.of("7"))).toString());
    assertEquals(
        "{\"a\": 1}",
        TextDocument.bytes(TextDocument.adapted(Document.of("{\"a\": 1}"))).toString());
  }
}
