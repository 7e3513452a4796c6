package io.aetherkeep.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.catalogue.SessionAsks.OpenSession;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.testing.Fuzzing;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Random near misses for every parser of the core. */
class JsonFuzzTest {

  private static final String[] DOCUMENTS = {
    "session.json", "content.json", "status.json", "history.json", "config.json", "scalars.json"
  };

  private static final Fuzzing FUZZING = Fuzzing.from(JsonFuzzTest.class, DOCUMENTS);

  private static final ObjectMapper OTHER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(JsonScanner.DEEPEST).build())
                  .build())
          .build();

  /** Whether another strict parser accepts the bytes. */
  static boolean isJson(byte[] bytes) {
    try (JsonParser parser = OTHER.createParser(utf8(bytes))) {
      if (parser.nextToken() == null) {
        return false;
      }
      int depth = 0;
      do {
        depth += parser.currentToken().isStructStart() ? 1 : 0;
        depth -= parser.currentToken().isStructEnd() ? 1 : 0;
        parser.finishToken();
      } while (parser.nextToken() != null && depth > 0);
      return depth == 0 && parser.currentToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  private static String utf8(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  private static @Nullable Document document(byte[] bytes) {
    return JsonCheck.passes(bytes) ? Document.received(Buffer.buffer(bytes)) : null;
  }

  private static JsonNode tree(Document document) {
    try {
      return OTHER.readTree(document.toString());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void check_takesWhatAnotherReaderTakes() {
    FUZZING.feed(bytes -> assertEquals(isJson(bytes), JsonCheck.passes(bytes)));
  }

  @Test
  void members_areThoseThatAnotherReaderFinds() {
    FUZZING.feed(
        bytes -> {
          Members members = Members.tryOf(Document.stored(Buffer.buffer(bytes)));
          Document document = document(bytes);
          assertEquals(document != null && tree(document).isObject(), members != null);
          if (document == null || members == null) {
            return;
          }
          JsonNode tree = tree(document);
          assertEquals(tree.size(), members.size());
          for (String name : members.names()) {
            JsonNode value = tree.get(name);
            assertEquals(value, tree(Objects.requireNonNull(members.value(name))));
            if (members.isText(name)) {
              assertEquals(value.textValue(), members.text(name));
            }
          }
        });
  }

  @Test
  void merged_isJsonOfEverythingBoth() {
    Document target = Document.of("{\"user_id\":{\"a\":1},\"x\":[],\"data\":{\"n\":{\"b\":2}}}");
    FUZZING.feed(
        bytes -> {
          Document patch = document(bytes);
          if (patch == null) {
            return;
          }
          try {
            assertTrue(Members.merged(target, patch).isJson());
            assertTrue(Members.merged(patch, target).isJson());
          } catch (Failure deep) {
            assertEquals(Code.INVALID_BODY, deep.code());
          }
        });
  }

  @Test
  void changes_areFoundBetweenAllDocuments() {
    Document other = Document.of("{\"user_id\":\"u1\",\"data\":{\"n\":[1]},\"members\":[1,{}]}");
    FUZZING.feed(
        bytes -> {
          Document document = document(bytes);
          if (document != null) {
            assertTrue(JsonDiff.between(other, document).isJson());
            assertEquals("[]", JsonDiff.between(document, document).toString());
          }
        });
  }

  @Test
  void elements_areReadOrRefused() {
    FUZZING.feed(
        bytes -> {
          Document document = Document.stored(Buffer.buffer(bytes));
          try {
            List<Document> elements = document.elements();
            assertEquals(elements, Document.array(elements).elements());
          } catch (Failure none) {
            assertEquals(Code.UNREADABLE_VALUE, none.code());
          }
        });
  }

  @Test
  void quotedTexts_areReadAgainAsTheSame() {
    FUZZING.feedText(
        text -> {
          byte[] quoted = JsonSpans.quoted(text).getBytes(StandardCharsets.UTF_8);
          assertTrue(JsonCheck.passes(quoted));
          assertEquals(text, JsonSpans.text(quoted, 0, quoted.length));
        });
  }

  @Test
  void records_areReadOrRefused() {
    Fuzzing.from(JsonFuzzTest.class, "ask.json")
        .feed(
            bytes -> {
              try {
                OpenSession ask = RecordJson.read(bytes, OpenSession.class);
                assertTrue(JsonCheck.passes(RecordJson.write(ask)));
              } catch (Failure refused) {
                assertTrue(Set.of(Code.INVALID_BODY, Code.INVALID_ID).contains(refused.code()));
              }
            });
  }

  @Test
  void keysAndPatterns_areReadOrRefused() {
    Fuzzing.fromLines(JsonFuzzTest.class, "keys.txt")
        .feedText(
            text -> {
              Keyspaces.ALL.forEach(keyspace -> keyspace.pattern().parse(text));
              try {
                Keyspaces.SESSIONS_AETHERCAST.key(text);
                UserId.named(text);
              } catch (Failure refused) {
                assertEquals(Code.INVALID_ID, refused.code());
              }
            });
  }
}
