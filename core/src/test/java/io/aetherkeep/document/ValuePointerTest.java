package io.aetherkeep.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.aetherkeep.bus.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuePointerTest {

  private static final Document DOCUMENT =
      Document.of(
          "{ \"a\" : [ 1.50, {\"b/c\": \"\\u00f6\"}, [] ], \"\": 0, \"m~n\": null, \"x\": {\"\": true} }");

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      textBlock =
          """
          /a/0        | 1.50
          /a/1/b~1c   | "\\u00f6"
          /a/2        | []
          /           | 0
          /m~0n       | null
          /x/         | true
          """,
      delimiter = '|')
  void read_answersTheBytesOfTheValue(String pointer, String value) {
    assertEquals(value, String.valueOf(ValuePointer.read(DOCUMENT, pointer)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/b", "/a/3", "/a/-", "/a/01", "/a/0/0", "/a/b", "/x/y", "/a/99999999999"})
  void read_answersNothingWhereThereIsNone(String pointer) {
    assertEquals(null, ValuePointer.read(DOCUMENT, pointer));
  }

  @Test
  void theEmptyPointer_isTheWholeDocument() {
    assertEquals(DOCUMENT, ValuePointer.read(DOCUMENT, ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "/a~", "/~2"})
  void whatIsNoPointer_isRefused(String text) {
    assertThrows(Failure.class, () -> ValuePointer.read(DOCUMENT, text));
    assertThrows(Failure.class, () -> ValuePointer.read(DOCUMENT, "/a".repeat(33)));
  }
}
