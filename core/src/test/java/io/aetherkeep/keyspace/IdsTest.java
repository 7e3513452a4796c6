package io.aetherkeep.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An id has 1 to 256 characters, none of which makes its key ambiguous. */
class IdsTest {

  private static final KeyPattern ONE = KeyPattern.of("user:{id}");
  private static final KeyPattern TWO = KeyPattern.of("metrics:{type}:{date}");

  private static Failure refusal(String id) {
    Failure failure = assertThrows(Failure.class, () -> ONE.format(List.of(id)));
    assertEquals(Code.INVALID_ID, failure.code());
    assertFalse(Ids.valid(id, false));
    assertThrows(Failure.class, () -> TWO.format(List.of("a", id)));
    return failure;
  }

  @Test
  void id_isNotEmpty() {
    assertEquals("The id is empty", refusal("").detail());
  }

  @Test
  void id_hasUpTo256CharactersHoweverManyUnitsTheyTake() {
    for (String character : List.of("a", "é", "漢", "😀")) {
      assertEquals("user:" + character.repeat(256), ONE.format(List.of(character.repeat(256))));
      assertEquals("The id is longer than 256 characters", refusal(character.repeat(257)).detail());
    }
    refusal("a" + "😀".repeat(256));
    refusal("a".repeat(1 << 20));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 9, 10, 13, 0x1B, 0x1F, 0x7F, 0x80, 0x85, 0x9F})
  void id_holdsNoControlCharacter(int c) {
    assertEquals("The id holds a control character", refusal("a" + Character.toString(c)).detail());
    refusal(Character.toString(c) + "a");
    refusal("a" + Character.toString(c) + "b");
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0x20, 0xA0, 0x1680, 0x2000, 0x2003, 0x2007, 0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000
      })
  void id_holdsNoWhiteSpace(int c) {
    assertEquals("The id holds white space", refusal("a" + Character.toString(c)).detail());
    refusal(Character.toString(c));
    refusal(Character.toString(c) + "a");
  }

  @Test
  void id_isNotWhatIsLeftOfBytesThatWereNotUtf8() {
    for (String id :
        List.of(
            "\uFFFD",
            "a\uFFFDb",
            "\uD83D",
            "a\uD83D",
            "\uD83Da",
            "\uDE00",
            "\uDE00\uD83D",
            "a\uDE00",
            "\uD83D\uD83D\uDE00")) {
      assertEquals("The id is not valid UTF-8", refusal(id).detail());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {":", "a:b", ":a", "a:", "::"})
  void id_holdsAColonOnlyWhereNothingIsSeparatedByOne(String id) {
    assertEquals("user:" + id, ONE.format(List.of(id)));
    assertEquals(
        "The type holds a ':', which separates two ids here",
        assertThrows(Failure.class, () -> TWO.format(List.of(id, "2026-11-21"))).detail());
    assertEquals(
        "The date holds a ':', which separates two ids here",
        assertThrows(Failure.class, () -> TWO.format(List.of("views", id))).detail());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a", "0", "-", "*", "{a}", "a/b", "..", "%00", "\"", "'", "é", "e\u0301", "😀", "\\"
      })
  void id_mayHoldAnythingElse(String id) {
    assertEquals("user:" + id, ONE.format(List.of(id)));
    assertEquals("metrics:" + id + ":" + id, TWO.format(List.of(id, id)));
  }
}
