package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.annotation.JsonAlias;
import io.aetherkeep.bus.Code;
import io.aetherkeep.router.realtime.ClientFrame;
import io.aetherkeep.router.realtime.CloseCode;
import io.aetherkeep.router.realtime.SocketOps;
import io.aetherkeep.router.watch.topic.TopicKind;
import io.aetherkeep.testing.DocPage;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The AsyncAPI document, the documentation and the code agree. */
class AsyncContractTest {

  private final JsonObject document = read();

  private static JsonObject read() {
    try (InputStream in = AsyncContractTest.class.getResourceAsStream("asyncapi.json")) {
      return new JsonObject(Buffer.buffer(in.readAllBytes()));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Stream<JsonObject> list(String name) {
    return document.getJsonArray(name).stream().map(JsonObject.class::cast);
  }

  @Test
  void ops_areThoseThatAreServed() {
    List<String> received =
        document.getJsonObject("operations").stream()
            .filter(op -> ((JsonObject) op.getValue()).getString("action").equals("receive"))
            .map(op -> op.getKey())
            .toList();
    assertEquals(SocketOps.NAMES, received);
  }

  @Test
  void fieldsOfFrames_areThoseOfTheRecord() {
    Set<String> known =
        Arrays.stream(ClientFrame.class.getRecordComponents())
            .flatMap(AsyncContractTest::names)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> said = new TreeSet<>();
    for (String op : SocketOps.NAMES) {
      JsonObject payload =
          document
              .getJsonObject("components")
              .getJsonObject("messages")
              .getJsonObject(op)
              .getJsonObject("payload");
      JsonObject fields = payload.getJsonObject("properties");
      assertEquals(op, fields.getJsonObject("op").getString("const"));
      said.addAll(fields.fieldNames());
    }
    assertEquals(known, said);
  }

  private static Stream<String> names(RecordComponent field) {
    JsonAlias others = field.getAccessor().getAnnotation(JsonAlias.class);
    return Stream.concat(
        Stream.of(field.getName()), others == null ? Stream.of() : Stream.of(others.value()));
  }

  @Test
  void topics_areThoseThatAreUnderstood() {
    assertEquals(
        TopicKind.forms(), list("x-topics").map(topic -> topic.getString("topic")).toList());
    List<String> page =
        DocPage.named("realtime").table("topics").stream()
            .map(row -> row.get(0).replace("`", ""))
            .toList();
    assertEquals(TopicKind.forms(), page);
  }

  @Test
  void codes_areThoseOfHttp() {
    JsonObject schemas = document.getJsonObject("components").getJsonObject("schemas");
    Set<String> said = new TreeSet<>();
    schemas.getJsonObject("Code").getJsonArray("enum").forEach(code -> said.add((String) code));
    Set<String> known = new TreeSet<>();
    for (Code code : Code.values()) {
      known.add(code.text());
    }
    assertEquals(known, said);
  }

  @Test
  void closeCodes_areTheSameEverywhere() {
    List<JsonObject> said = list("x-close-codes").toList();
    List<List<String>> page = DocPage.named("errors").table("close codes");
    assertEquals(CloseCode.values().length, said.size());
    assertEquals(CloseCode.values().length, page.size());
    int place = 0;
    for (CloseCode code : CloseCode.values()) {
      JsonObject row = said.get(place);
      List<String> expected =
          List.of(
              "`" + code.number() + "`",
              "`" + code.reason() + "`",
              code.meaning(),
              code.again().answer(),
              code.again().after());
      assertEquals(expected, page.get(place++));
      assertEquals((int) code.number(), row.getInteger("code"));
      assertEquals(code.reason(), row.getString("reason"));
      assertEquals(code.meaning(), row.getString("meaning"));
      assertEquals(code.again().answer().equals("yes"), row.getBoolean("reconnect"));
      assertEquals(code.again().after(), row.getString("after"));
    }
  }

  /** A client that knows only the ranges of codes acts correctly on each code. */
  @Test
  void closeCodes_areInTheRangesThatSayWhatToDo() {
    for (CloseCode code : CloseCode.values()) {
      if (code.number() >= 4000) {
        assertEquals(code.again() != CloseCode.Again.NO, code.number() < 4500, code.name());
      }
      assertTrue(code.reason().length() <= 100);
    }
  }
}
