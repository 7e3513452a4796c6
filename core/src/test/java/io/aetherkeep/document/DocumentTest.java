package io.aetherkeep.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.vertx.core.buffer.Buffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A document keeps its original bytes, and has a version that identifies them. */
class DocumentTest {

  @Test
  void received_keepsTheBytes() {
    Buffer bytes = Buffer.buffer("{ \"a\" :\t1.0 }");
    assertSame(bytes, Document.received(bytes).bytes());
    assertEquals(13, Document.received(bytes).length());
    assertEquals("{ \"a\" :\t1.0 }", Document.received(bytes).toString());
  }

  @Test
  void text_keepsHalvesOfPairsThatUtf8HasNoBytesFor() {
    assertEquals("\"a\\ud83d\"", Document.ofText("a\ud83d").toString());
    assertEquals("\"\\ude00b\"", Document.ofText("\ude00b").toString());
    assertEquals("\"\ud83d\ude00\"", Document.ofText("\ud83d\ude00").toString());
  }

  @Test
  void received_refusesWhatIsNoJson() {
    Failure failure = assertThrows(Failure.class, () -> Document.of("{secret"));
    assertEquals(Code.INVALID_BODY, failure.code());
    assertFalse(failure.detail().contains("secret"));
  }

  @Test
  void stored_isTakenAsItIsAndKnowsWhetherItIsJson() {
    Document foreign = Document.stored(Buffer.buffer(new byte[] {(byte) 0xFF, 0}));
    assertEquals(2, foreign.length());
    assertFalse(foreign.isJson());
    assertFalse(Document.stored(Buffer.buffer()).isJson());
    assertTrue(Document.stored(Buffer.buffer("[1]")).isJson());
  }

  /** Cut anywhere, the end has the same last elements; where it is cut in one, without that one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1,[2,[3],{\"a\":4}],\"5\" , \"\\\\\", \"\\\\\\\"],[\", {\",\":\"]\"}, \"é\\n,\", null] ",
        "[ \",,,\" ]",
        "[\"\\\"\",\"\\\\\\\\\"]",
        "[]",
      })
  void elementsOfEnd_areTheLastOnes(String array) {
    Buffer whole = Buffer.buffer(array);
    List<Document> all = Document.stored(whole).elements();
    int least = all.size();
    for (int from = 1; from < whole.length(); from++) {
      List<Document> last = Document.elementsOfEnd(whole.getBuffer(from, whole.length()));
      assertEquals(all.subList(all.size() - last.size(), all.size()), last, "cut at " + from);
      assertTrue(last.size() <= least, "cut at " + from);
      least = last.size();
    }
    assertTrue(all.size() - Document.elementsOfEnd(whole.getBuffer(1, whole.length())).size() <= 1);
  }

  @Test
  void equals_isOfTheBytesAndNotOfTheMeaning() {
    assertEquals(Document.of("{}"), Document.stored(Buffer.buffer("{}")));
    assertEquals(Document.of("{}").hashCode(), Document.stored(Buffer.buffer("{}")).hashCode());
    assertNotEquals(Document.of("{}"), Document.of("{ }"));
  }

  /** Expected values are from Python's zlib and a table-driven CRC-32C. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "null | 147e9acc25cbfc4f-4",
        "{} | 297bd0aaa3a6bf43-2",
        "{\"a\":1} | cff7d56a561bacaf-7",
        "\"é😀\" | 522e7b52ad63ee3a-8",
        "123456789 | e3069283cbf43926-9",
        "{\"topic_id\":\"t1\",\"keywords\":[\"a\",\"b\"]} | 47c78ffdc023bf72-26"
      })
  void version_staysTheSameFromReleaseToRelease(String json, String version) {
    assertEquals(version, Document.of(json).version());
    assertEquals(version, Document.stored(Buffer.buffer().appendString(json)).version());
  }

  @Test
  void version_isOfTheBytesOfASliceOnly() {
    Buffer within = Buffer.buffer("xx{\"a\":1}yy").slice(2, 9);
    assertEquals(Document.of("{\"a\":1}").version(), Document.stored(within).version());
  }

  @Test
  void version_canBeTakenAgain() {
    Document document = Document.of("[1]");
    assertEquals(document.version(), document.version());
    assertEquals("[1]", document.toString());
  }

  @Test
  void version_differsForDocumentsThatMeanTheSame() {
    List<String> alike = List.of("{}", "{ }", "{}\n", "{\n}", "\t{}");
    Set<String> versions = new HashSet<>();
    alike.forEach(json -> versions.add(Document.of(json).version()));
    assertEquals(alike.size(), versions.size());
  }

  @Property
  void version_differsWhereAByteDoes(
      @ForAll @Size(min = 1, max = 2000) byte[] bytes,
      @ForAll @IntRange(max = 1999) int at,
      @ForAll @IntRange(min = 1, max = 255) int change) {
    byte[] changed = bytes.clone();
    changed[at % bytes.length] ^= (byte) change;
    assertNotEquals(version(bytes), version(changed));
    assertEquals(version(bytes), version(bytes.clone()));
  }

  @Property
  void version_differsWhereTwoByteArraysDo(@ForAll byte[] one, @ForAll byte[] other) {
    assertEquals(
        Buffer.buffer(one).equals(Buffer.buffer(other)), version(one).equals(version(other)));
  }

  private static String version(byte[] bytes) {
    return Document.stored(Buffer.buffer(bytes)).version();
  }
}
