package io.aetherkeep.router;

import static io.aetherkeep.router.RunningRouter.TOPICS;
import static io.aetherkeep.router.RunningRouter.head;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.CacheAsks.WriteEntry;
import io.aetherkeep.catalogue.CacheAsks.Written;
import io.aetherkeep.document.Document;
import io.aetherkeep.router.settings.RouterSettings;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that the router accepts. */
final class RouterBodyTest {

  private static final int LIMIT = 1000;
  private static final String T1 = TOPICS + "/t1";
  private static final String JSON = "Content-Type: application/json\r\n";

  @RegisterExtension
  static final RunningRouter ROUTER =
      RunningRouter.with(RouterSettings.of(Map.of("aethercast", LIMIT, "content", 1 << 20)));

  private boolean taken;

  @BeforeEach
  void neighbourTakesAll() {
    ROUTER.neighbour().answers(new Written("7-2", true));
  }

  @AfterEach
  void refusedBodiesGoNowhere() {
    assertTrue(taken || ROUTER.neighbour().wasAskedNothing());
  }

  @Test
  void body_reachesTheNeighbourByteForByte() throws Exception {
    String json = " {\"b\" : 1.50,\r\n\"a\":\"\u20AC\\u00e9\", \"a\":null} \n";
    assertEquals(201, ROUTER.send(ROUTER.put(T1, json)).statusCode());
    assertEquals(json, written().value().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "0", "\"\"", "[]", "true", "1e400"})
  void body_isAnyJsonValue(String json) throws Exception {
    assertEquals(201, ROUTER.send(ROUTER.put(T1, json)).statusCode());
    assertEquals(Document.of(json), written().value());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "Application/JSON; Charset=UTF-8",
        "application/json;charset=\"utf-8\"",
        "application/merge-patch+json"
      })
  void json_isTakenUnderItsNames(String type) throws Exception {
    assertEquals(201, ROUTER.send(typed(type)).statusCode());
    written();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "text/json",
        "application/xml",
        "application/jsonp",
        "application/json-patch+json",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin1",
        "json",
        "*/*"
      })
  void otherMediaTypes_areAProblem(String type) throws Exception {
    ProblemDocument.in(ROUTER.send(typed(type))).is(415, "unsupported-media-type");
  }

  private static HttpRequest.Builder typed(String type) {
    return ROUTER.to(T1).header("Content-Type", type).PUT(BodyPublishers.ofString("{}"));
  }

  @Test
  void missingMediaType_isAProblem() throws Exception {
    ProblemDocument.in(ROUTER.send(ROUTER.to(T1).PUT(BodyPublishers.ofString("{}"))))
        .is(415, "unsupported-media-type");
  }

  @Test
  void twoMediaTypes_areAProblem() throws Exception {
    String types = JSON + "Content-Type: text/plain\r\n";
    ProblemDocument.in(ROUTER.raw(head("PUT", T1) + types + "Content-Length: 2\r\n\r\n{}"))
        .is(415, "unsupported-media-type");
  }

  @Test
  void compressedBody_isAProblem() throws Exception {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write("{}".getBytes(StandardCharsets.UTF_8));
    }
    BodyPublisher body = BodyPublishers.ofByteArray(zipped.toByteArray());
    ProblemDocument.in(ROUTER.send(ROUTER.put(T1, "").header("Content-Encoding", "gzip").PUT(body)))
        .is(415, "unsupported-media-type");
  }

  @Test
  void bodyAtTheLimit_isTaken() throws Exception {
    assertEquals(201, ROUTER.send(ROUTER.put(T1, quoted(LIMIT))).statusCode());
    assertEquals(LIMIT, written().value().length());
  }

  @ParameterizedTest
  @ValueSource(ints = {LIMIT + 1, 5_000_000})
  void bodyAboveTheLimit_isAProblemByItsLength(int length) throws Exception {
    ProblemDocument.in(ROUTER.send(ROUTER.put(T1, quoted(length)))).is(413, "too-large");
  }

  @ParameterizedTest
  @ValueSource(ints = {LIMIT + 1, 5_000_000})
  void bodyAboveTheLimit_isAProblemInChunks(int length) throws Exception {
    byte[] bytes = quoted(length).getBytes(StandardCharsets.UTF_8);
    BodyPublisher chunks = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes));
    ProblemDocument.in(ROUTER.send(ROUTER.put(T1, "").PUT(chunks))).is(413, "too-large");
  }

  @Test
  void limit_isThatOfTheSpace() throws Exception {
    HttpResponse<String> answer =
        ROUTER.send(ROUTER.put("/api/v1/content/caches/topic/t1", quoted(LIMIT + 1)));
    assertEquals(201, answer.statusCode());
    written();
  }

  private static String quoted(int length) {
    return '"' + "x".repeat(length - 2) + '"';
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{\"a\":",
        "\"abc",
        "[1,]",
        "{'a':1}",
        "nul",
        "1 2",
        "{}{}",
        "NaN",
        "01",
        "\uFEFF{}"
      })
  void whatIsNotJson_isAProblem(String body) throws Exception {
    ProblemDocument.in(ROUTER.send(ROUTER.put(T1, body))).is(400, "invalid-body");
  }

  @Test
  void utf8ThatIsBroken_isAProblem() throws Exception {
    for (String bytes :
        List.of("\"\u00FF\"", "\"\u00C3\"", "\"\u00C0\u00AF\"", "\"\u00ED\u00A0\u0080\"")) {
      byte[] body = bytes.getBytes(StandardCharsets.ISO_8859_1);
      ProblemDocument.in(ROUTER.send(ROUTER.put(T1, "").PUT(BodyPublishers.ofByteArray(body))))
          .is(400, "invalid-body");
    }
  }

  @Test
  void otherUnicode_isAProblem() throws Exception {
    Buffer utf16 = Buffer.buffer("{\"a\":1}", "UTF-16LE");
    BodyPublisher body = BodyPublishers.ofByteArray(utf16.getBytes());
    ProblemDocument.in(ROUTER.send(ROUTER.put(T1, "").PUT(body))).is(400, "invalid-body");
  }

  @Test
  void tenThousandBrackets_areAProblem() throws Exception {
    String address = "/api/v1/content/caches/topic/t1";
    for (String deep :
        List.of(
            "[".repeat(10_000),
            "[".repeat(10_000) + "]".repeat(10_000),
            "{\"a\":".repeat(10_000))) {
      ProblemDocument.in(ROUTER.send(ROUTER.put(address, deep))).is(400, "invalid-body");
    }
  }

  private WriteEntry written() throws InterruptedException {
    taken = true;
    return (WriteEntry) ROUTER.neighbour().asked();
  }
}
