package io.aetherkeep.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.session.layout.FieldNames;
import io.aetherkeep.session.layout.HashBody;
import io.aetherkeep.session.layout.Timestamp;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A merge patch of a hash equals that of its document, and changes no other field. */
class HashBodyPropertiesTest {

  private static final FieldNames NAMES = FieldNames.of(Dialect.COUNCIL);
  private static final List<String> FIELDS = List.of("a", "b", "userId", "é\"", "{odd}");

  /** Strings that are read back as strings: none is a whole object or array. */
  private static Arbitrary<Object> texts() {
    return Arbitraries.of("", "x", "1", "1.0", "true", "null", "{odd", "[", "é\"\\\n", "😀");
  }

  private static Arbitrary<Object> values(int depth) {
    Arbitrary<Object> scalars =
        Arbitraries.oneOf(texts(), Arbitraries.of(1, -2.5, true).map(value -> (Object) value));
    return depth == 0 ? scalars : Arbitraries.oneOf(scalars, nested(depth));
  }

  private static Arbitrary<Object> nested(int depth) {
    Arbitrary<Object> arrays = values(depth - 1).list().ofMaxSize(3).map(JsonArray::new);
    Arbitrary<Object> objects =
        Arbitraries.maps(Arbitraries.of("a", "b", "c\""), values(depth - 1).injectNull(0.2))
            .ofMaxSize(3)
            .map(JsonObject::new);
    return Arbitraries.oneOf(arrays, objects);
  }

  @Provide
  Arbitrary<Map<String, Object>> patches() {
    return Arbitraries.maps(
            Arbitraries.of(FIELDS), Arbitraries.oneOf(texts(), nested(2)).injectNull(0.2))
        .ofMaxSize(4);
  }

  @Provide
  Arbitrary<Map<String, String>> hashes() {
    Arbitrary<String> stored =
        Arbitraries.oneOf(texts(), nested(2)).map(HashBodyPropertiesTest::stored);
    return Arbitraries.maps(Arbitraries.of(FIELDS), stored).ofMaxSize(5);
  }

  private static String stored(Object value) {
    return value instanceof JsonObject object
        ? object.encodePrettily()
        : value instanceof JsonArray array ? array.encode() : value.toString();
  }

  private static JsonObject document(HashBody body) {
    return new JsonObject(body.document().bytes());
  }

  private static Object merged(Object target, Object patch) {
    if (!(patch instanceof JsonObject changes)) {
      return patch;
    }
    JsonObject merged = target instanceof JsonObject object ? object.copy() : new JsonObject();
    for (String name : changes.fieldNames()) {
      if (changes.getValue(name) == null) {
        merged.remove(name);
      } else {
        merged.put(name, merged(merged.getValue(name), changes.getValue(name)));
      }
    }
    return merged;
  }

  @Property
  void patched_isTheMergePatchOfTheDocument(
      @ForAll("hashes") Map<String, String> fields, @ForAll("patches") Map<String, Object> patch) {
    HashBody before = new HashBody(fields, NAMES);
    JsonObject changes = new JsonObject(new LinkedHashMap<>(patch));
    HashBody after = before.patched(Document.of(changes.encode()), Instant.EPOCH);
    JsonObject expected = (JsonObject) merged(document(before), changes);
    expected.put(NAMES.activity(), Timestamp.iso(Instant.EPOCH));
    assertEquals(expected, document(after));
    for (String name : FIELDS) {
      if (!patch.containsKey(name)) {
        assertEquals(fields.get(name), after.fields().get(name));
      }
    }
  }

  @Property
  void version_isThatOfTheFieldsWhateverTheirOrderAndTheActivity(
      @ForAll("hashes") Map<String, String> fields) {
    Map<String, String> reversed = new LinkedHashMap<>();
    List<String> names = new ArrayList<>(fields.keySet());
    Collections.reverse(names);
    names.forEach(name -> reversed.put(name, fields.get(name)));
    HashBody body = new HashBody(reversed, NAMES);
    assertEquals(new HashBody(fields, NAMES).version(), body.version());
    assertEquals(body.version(), body.stamped(Instant.EPOCH).version());
  }

  @Property
  void size_isInBytes(@ForAll("hashes") Map<String, String> fields) {
    int bytes = 0;
    for (Map.Entry<String, String> field : fields.entrySet()) {
      bytes += (field.getKey() + field.getValue()).getBytes(StandardCharsets.UTF_8).length;
    }
    assertEquals(bytes, new HashBody(fields, NAMES).size());
    assertTrue(new HashBody(fields, NAMES).document().isJson());
  }
}
