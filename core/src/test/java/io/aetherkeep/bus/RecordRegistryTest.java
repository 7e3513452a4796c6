package io.aetherkeep.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.CacheAsks.ReadEntry;
import io.aetherkeep.catalogue.CacheAsks.WriteEntry;
import io.aetherkeep.catalogue.DocumentsById;
import io.aetherkeep.catalogue.InvalidationAsks.InvalidateEntries;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.document.Document;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Between JVMs a record travels as its name and JSON, a failure as its code and detail. */
class RecordRegistryTest {

  /** JSON texts that parsing and writing would change. */
  private static final List<String> ODD =
      List.of(
          "{\t\"a\" :\r\n[ 1 , 2 ] }",
          "\"\\u00e9 \\u0041 \\/ \\ud83d\\ude00 é 😀 \u2028\"",
          "[1.10000000000000000000000001,12345678901234567890123456789,-0,0e0,1E+5,1.0]",
          "{\"a\":1,\"a\":2,\"\":null}",
          "{\"value\":{\"value\":\"}\"},\"ageSeconds\":7}",
          "null",
          "true",
          "-0.00",
          "\"\"",
          "{}",
          "[]",
          "\"\\ud800\"",
          "\"" + "x".repeat(100_000) + "\"");

  private final RecordRegistry registry = new RecordRegistry(Protocol.TYPES);
  private final RecordCodec records = new RecordCodec(registry);
  private final FailureCodec failures = new FailureCodec();

  /** Encodes and decodes a record, after other bytes in the buffer. */
  private Object overTheWire(Object record) {
    Buffer buffer = Buffer.buffer("head");
    records.encodeToWire(buffer, record);
    return records.decodeFromWire(4, buffer);
  }

  @Test
  void record_isEqualOnTheOtherSide() {
    for (Object record :
        List.of(
            new ReadEntry("aethercast", "snippet-page", List.of("a", "é😀")),
            new InvalidateEntries("content", null, null, null, "news", true),
            new WriteEntry(
                "s", "topic", List.of("a"), Document.of("{}"), 5L, List.of("t"), "*", false))) {
      assertEquals(record, overTheWire(record));
    }
  }

  @Test
  void document_keepsEveryByte() {
    for (String json : ODD) {
      Entry arrived = (Entry) overTheWire(new Entry(Document.of(json), 1, -1));
      assertEquals(json, arrived.value().toString());
      assertEquals(Document.of(json), arrived.value());
      assertEquals(-1, arrived.ttlSeconds());
    }
  }

  @Test
  void document_keepsEveryByteInAMap() {
    Map<String, Document> found = new LinkedHashMap<>();
    ODD.forEach(json -> found.put("id" + found.size(), Document.of(json)));
    DocumentsById sent = new DocumentsById(found, List.of("missing"), null, null);
    DocumentsById arrived = (DocumentsById) overTheWire(sent);
    assertEquals(sent, arrived);
    assertEquals(new ArrayList<>(found.keySet()), new ArrayList<>(arrived.found().keySet()));
    assertEquals(ODD, arrived.found().values().stream().map(Document::toString).toList());
    assertNull(arrived.unreadable());
  }

  @Test
  void document_mayBeNestedAsDeepAsItIsTakenIn() {
    String deep = "[".repeat(400) + "]".repeat(400);
    Entry arrived = (Entry) overTheWire(new Entry(Document.of(deep), 1, 1));
    assertEquals(deep, arrived.value().toString());
  }

  @Test
  void record_withFieldsOfANewerNodeIsRead() {
    byte[] json =
        "{\"space\":\"s\",\"keyspace\":\"k\",\"ids\":[\"a\"],\"newer\":{\"x\":[1]}}"
            .getBytes(StandardCharsets.UTF_8);
    assertEquals(new ReadEntry("s", "k", List.of("a")), registry.decode("ReadEntry", json));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Nothing",
        "java.lang.String",
        "String",
        "readentry",
        "io.aetherkeep.catalogue.CacheAsks$ReadEntry",
        ""
      })
  void type_thatIsNotListedIsMadeNothingOf(String name) {
    Buffer buffer = Buffer.buffer();
    RecordCodec.append(buffer, name.getBytes(StandardCharsets.UTF_8));
    RecordCodec.append(buffer, "{}".getBytes(StandardCharsets.UTF_8));
    assertEquals(new RecordCodec.Unreadable(name), records.decodeFromWire(0, buffer));
  }

  @Test
  void bytes_thatAreCutOffAreMadeNothingOf() {
    Buffer buffer = Buffer.buffer().appendInt(1000).appendString("short");
    assertEquals(new RecordCodec.Unreadable("?"), records.decodeFromWire(0, buffer));
  }

  @Test
  void type_isKnownByTheClassAndNotByItsName() {
    assertTrue(registry.knows(ReadEntry.class));
    assertFalse(registry.knows(String.class));
    assertFalse(registry.knows(Stranger.ReadEntry.class));
  }

  /** Holder of a record with the name of a listed one. */
  private static final class Stranger {
    private record ReadEntry() {}
  }

  @Test
  void list_holdsNoTwoTypesOfOneName() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new RecordRegistry(List.of(ReadEntry.class, Stranger.ReadEntry.class)));
  }

  @Test
  void record_thatIsBrokenOffIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> registry.decode("ReadEntry", "{\"space\":".getBytes(StandardCharsets.UTF_8)));
  }

  @ParameterizedTest
  @EnumSource
  void failure_keepsItsCodeAndDetail(Code code) {
    Buffer buffer = Buffer.buffer("head");
    failures.encodeToWire(buffer, Failure.of(code, "the 3rd ‘é’ 😀"));
    Failure arrived = failures.decodeFromWire(4, buffer);
    assertEquals(code, arrived.code());
    assertEquals("the 3rd ‘é’ 😀", arrived.detail());
    assertEquals(code.text(), arrived.getMessage());
    assertEquals(code.kind().number(), arrived.failureCode());
  }

  @Test
  void failure_withACodeOfANewerNodeIsInternal() {
    Buffer buffer = Buffer.buffer();
    RecordCodec.append(buffer, "not-yet-known".getBytes(StandardCharsets.UTF_8));
    RecordCodec.append(buffer, "detail".getBytes(StandardCharsets.UTF_8));
    Failure arrived = failures.decodeFromWire(0, buffer);
    assertEquals(Code.INTERNAL, arrived.code());
    assertEquals("detail", arrived.detail());
  }

  @Test
  void codecs_handTheSameInstanceOverInsideAJvm() {
    Failure failure = Failure.of(Code.INTERNAL, "");
    assertEquals(failure, failures.transform(failure));
    assertNotNull(records.transform(failure));
  }
}
