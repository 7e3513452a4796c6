package io.aetherkeep.cache.entries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Limits of entries, each with its last valid and first invalid value. */
class CacheEntriesTest {

  private static void assertRefused(Code code, Executable refused) {
    assertEquals(code, assertThrows(Failure.class, refused).code());
  }

  @Test
  void checkedLifetime_isFromASecondToAYear() {
    assertEquals(Duration.ofSeconds(1), Limits.checkedLifetime(1));
    assertEquals(Duration.ofDays(365), Limits.checkedLifetime(31_536_000));
    assertRefused(Code.INVALID_MAX_AGE, () -> Limits.checkedLifetime(0));
    assertRefused(Code.INVALID_MAX_AGE, () -> Limits.checkedLifetime(31_536_001));
    assertRefused(Code.INVALID_MAX_AGE, () -> Limits.checkedLifetime(Long.MIN_VALUE));
  }

  @Test
  void checkedTags_areAtMost32AndNamedOnce() {
    List<String> tags = IntStream.range(0, 32).mapToObj(i -> "t" + i).toList();
    assertEquals(tags, Limits.checkedTags(tags));
    assertEquals(List.of("b", "a"), Limits.checkedTags(List.of("b", "a", "b")));
    assertRefused(Code.INVALID_TAG, () -> Limits.checkedTags(Collections.nCopies(33, "same")));
  }

  @Test
  void checkTag_isVisibleAsciiWithoutAComma() {
    Limits.checkTag("!");
    Limits.checkTag("~".repeat(128));
    for (String bad : List.of("", "~".repeat(129), " ", "a,b", "\u007f", "\u0080", "\u001f")) {
      assertRefused(Code.INVALID_TAG, () -> Limits.checkTag(bad));
    }
  }

  @Test
  void checkValue_countsBytesAndNotCharacters() {
    Space space = new Space("small", "", Dialect.ANY, 4, Map.of());
    Limits.checkValue(Document.of("\"\u00e9\""), space);
    assertRefused(Code.TOO_LARGE, () -> Limits.checkValue(Document.of("\"\u4e2d\""), space));
  }

  @Test
  void checkValue_countsTheMembersOfEachObject() {
    Space space = new Space("small", "", Dialect.ANY, 100, 2, Map.of());
    Limits.checkValue(Document.of("[{\"a\":1,\"b\":2},{\"c\":{\"d\":1,\"e\":2}},3,4]"), space);
    assertRefused(
        Code.TOO_MANY_MEMBERS,
        () -> Limits.checkValue(Document.of("[{\"a\":[{\"a\":1,\"b\":2,\"c\":3}]}]"), space));
  }
}
