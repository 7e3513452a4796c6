package io.aetherkeep.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A diff lists exactly the changes, each with its JSON pointer. */
class JsonDiffTest {

  private static String between(String before, String after) {
    return JsonDiff.between(
            before == null ? null : Document.of(before), after == null ? null : Document.of(after))
        .toString();
  }

  @Test
  void between_namesEachPlace() {
    assertEquals(
        "[{\"op\":\"replace\",\"path\":\"/a/1\",\"from\":2,\"value\":3},"
            + "{\"op\":\"remove\",\"path\":\"/b~1~0\",\"from\":null},"
            + "{\"op\":\"add\",\"path\":\"/c\",\"value\":{\"d\":1}}]",
        between("{\"a\":[1,2],\"b/~\":null,\"s\":1}", "{\"a\":[1,3],\"c\":{\"d\":1},\"s\": 1}"));
  }

  @Test
  void between_sameDocumentsIsNothing() {
    assertEquals("[]", between("{\"a\":1,\"b\":2}", "{\"b\" : 2, \"a\" : 1}"));
    assertEquals("[]", between(null, null));
  }

  @Test
  void between_nothingAndSomething() {
    assertEquals("[{\"op\":\"add\",\"path\":\"\",\"value\":1.25}]", between(null, "1.25"));
    assertEquals("[{\"op\":\"remove\",\"path\":\"\",\"from\":1}]", between("1", null));
  }

  @Test
  void between_isBounded() {
    String many =
        IntStream.range(0, 1000)
            .mapToObj(i -> "\"f" + i + "\":1")
            .collect(Collectors.joining(",", "{", "}"));
    String received = between("{}", many);
    assertTrue(received.endsWith("{\"op\":\"more\"}]") && received.length() < 20_000);
  }

  @Test
  void between_leavesLongValuesOut() {
    String huge = "\"" + "x".repeat(1 << 20) + "\"";
    assertEquals(
        "[{\"op\":\"replace\",\"path\":\"/a\",\"omitted\":true}]",
        between("{\"a\":" + huge + "}", "{\"a\":1}"));
    assertEquals("[{\"op\":\"add\",\"path\":\"\",\"omitted\":true}]", between(null, huge));
  }

  @Test
  void numbers_areComparedAsTheyAreWritten() {
    String huge = "1E-023456789012345678901234567890";
    assertEquals(
        "[{\"op\":\"replace\",\"path\":\"/a\",\"from\":1.0,\"value\":" + huge + "}]",
        JsonDiff.between(Document.of("{\"a\":1.0}"), Document.of("{\"a\":" + huge + "}"))
            .toString());
  }

  @Test
  void numbers_areTheSameHoweverTheyAreWritten() {
    assertEquals("[]", between("[100, 0.50, -0]", "[1e2, 0.5, 0]"));
  }
}
