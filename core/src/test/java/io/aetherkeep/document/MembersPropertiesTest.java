package io.aetherkeep.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** A merge patch on bytes equals RFC 7396 on trees, and leaves other members unchanged. */
class MembersPropertiesTest {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();

  /** Names with several JSON spellings each; no two are equal. */
  private static final List<List<String>> NAMES =
      List.of(
          List.of("\"a\"", "\"\\u0061\""),
          List.of("\"b\""),
          List.of("\"\""),
          List.of("\"é\"", "\"\\u00e9\""),
          List.of("\"q\\\"}\"", "\"q\\u0022}\""),
          List.of("\"\\\\\""),
          List.of("\"😀\"", "\"\\ud83d\\ude00\""));

  private static Arbitrary<String> scalars() {
    Arbitrary<String> numbers =
        Arbitraries.of(
            "0", "-0", "1.0", "1", "1e5", "1E-05", "-12.50", "123456789012345678901234567890");
    Arbitrary<String> texts =
        Arbitraries.of(
            "\"\"",
            "\"x\"",
            "\"\\\"\"",
            "\"[{,:]}\"",
            "\"\\\\\"",
            "\"é\\u00e9\\n\"",
            "\"\\ud83d\"");
    return Arbitraries.oneOf(numbers, texts, Arbitraries.of("true", "false", "null"));
  }

  private static Arbitrary<String> spaces() {
    return Arbitraries.frequency(Tuple.of(3, ""), Tuple.of(3, " "), Tuple.of(1, "\n\t\r "));
  }

  private static Arbitrary<String> values(int depth) {
    return depth == 0 ? scalars() : Arbitraries.oneOf(scalars(), arrays(depth), objects(depth));
  }

  private static Arbitrary<String> arrays(int depth) {
    return Combinators.combine(values(depth - 1).list().ofMaxSize(3), spaces())
        .as((all, space) -> "[" + space + String.join(space + "," + space, all) + space + "]");
  }

  private static Arbitrary<String> objects(int depth) {
    Arbitrary<List<String>> names =
        Arbitraries.of(NAMES)
            .list()
            .uniqueElements()
            .ofMaxSize(5)
            .flatMap(
                all ->
                    all.isEmpty()
                        ? Arbitraries.just(List.of())
                        : Combinators.combine(all.stream().map(Arbitraries::of).toList())
                            .as(spelled -> spelled));
    return names.flatMap(
        all ->
            Combinators.combine(values(depth - 1).list().ofSize(all.size()), spaces())
                .as((values, space) -> object(all, values, space)));
  }

  private static String object(List<String> names, List<String> values, String space) {
    List<String> members = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      members.add(names.get(i) + space + ":" + space + values.get(i));
    }
    return space + "{" + space + String.join(space + "," + space, members) + space + "}" + space;
  }

  @Provide
  Arbitrary<String> objects() {
    return objects(3);
  }

  /** Objects without objects and arrays within them. */
  @Provide
  Arbitrary<String> flat() {
    return objects(1);
  }

  @Provide
  Arbitrary<String> arrays() {
    return arrays(3);
  }

  private static JsonNode tree(Object json) {
    try {
      return JSON.readTree(json.toString());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json.toString(), e);
    }
  }

  /** The algorithm of RFC 7396. */
  private static JsonNode merged(JsonNode target, JsonNode patch) {
    if (!patch.isObject()) {
      return patch;
    }
    ObjectNode merged =
        target != null && target.isObject() ? target.deepCopy() : JSON.createObjectNode();
    for (Map.Entry<String, JsonNode> change : patch.properties()) {
      if (change.getValue().isNull()) {
        merged.remove(change.getKey());
      } else {
        merged.set(change.getKey(), merged(merged.get(change.getKey()), change.getValue()));
      }
    }
    return merged;
  }

  @Property
  void patched_isTheMergePatchOfTheTrees(
      @ForAll("objects") String target, @ForAll("objects") String patch) {
    Document patched =
        Members.of(Document.of(target)).patched(Members.of(Document.of(patch))).document();
    assertTrue(Document.stored(patched.bytes()).isJson(), patched::toString);
    assertEquals(merged(tree(target), tree(patch)), tree(patched));
  }

  @Property
  void patched_knowsTheMembersThatAParseFinds(
      @ForAll("objects") String target, @ForAll("objects") String patch) {
    assertKnown(target, patch);
  }

  @Property
  void patched_byScalars_knowsTheMembersThatAParseFinds(
      @ForAll("objects") String target, @ForAll("flat") String patch) {
    assertKnown(target, patch);
  }

  private static void assertKnown(String target, String patch) {
    Members known = Members.of(Document.of(target)).patched(Members.of(Document.of(patch)));
    Members parsed = Members.of(Document.stored(known.document().bytes()));
    assertEquals(List.copyOf(parsed.names()), List.copyOf(known.names()));
    assertEquals(parsed.document().mostMembers(), known.document().mostMembers());
    for (String name : parsed.names()) {
      assertEquals(parsed.value(name), known.value(name));
      assertEquals(parsed.text(name), known.text(name));
      assertEquals(parsed.versionWithout(name), known.versionWithout(name));
    }
    assertEquals(JsonCheck.mostMembers(parsed.document().array()), known.document().mostMembers());
  }

  @Property
  void patched_keepsTheBytesOfWhatIsNotNamed(
      @ForAll("objects") String target, @ForAll("objects") String patch) {
    Members before = Members.of(Document.of(target));
    Members change = Members.of(Document.of(patch));
    Members after = before.patched(change);
    for (String name : before.names()) {
      if (!change.has(name)) {
        assertEquals(before.value(name), after.value(name));
      }
    }
    List<String> kept = new ArrayList<>(before.names());
    kept.retainAll(after.names());
    assertEquals(kept, after.names().stream().filter(before::has).toList());
  }

  @Property
  void patched_byNothingIsTheSameBytes(@ForAll("objects") String target) {
    Document document = Document.of(target);
    assertEquals(document, Members.of(document).patched(Members.of(Document.of("{}"))).document());
  }

  @Property
  void with_aMemberAndWithoutItAgainIsTheSameObject(@ForAll("objects") String target) {
    Members before = Members.of(Document.of(target));
    Members there = before.with(Map.of("new", Document.of("[1.0]")));
    assertEquals("[1.0]", String.valueOf(there.value("new")));
    assertEquals(before.versionWithout("new"), there.versionWithout("new"));
    Members gone = there.patched(Members.of(Document.of("{\"new\":null}")));
    assertEquals(tree(target), tree(gone.document()));
  }

  @Property
  void versionWithout_tellsOfEveryOtherMember(
      @ForAll("objects") String target, @ForAll("objects") String patch) {
    Members before = Members.of(Document.of(target));
    Members after = before.patched(Members.of(Document.of(patch)));
    JsonNode old = ((ObjectNode) tree(target)).without("a");
    JsonNode fresh = ((ObjectNode) tree(after.document())).without("a");
    if (!old.equals(fresh)) {
      assertTrue(!before.versionWithout("a").equals(after.versionWithout("a")));
    }
  }

  @Property
  void elements_areThoseOfTheTree(@ForAll("arrays") String array) {
    List<Document> elements = Document.of(array).elements();
    List<JsonNode> expected = new ArrayList<>();
    tree(array).forEach(expected::add);
    assertEquals(expected, elements.stream().map(MembersPropertiesTest::tree).toList());
    assertEquals(elements, Document.array(elements).elements());
  }
}
