package io.aetherkeep.router;

import static io.aetherkeep.router.RunningRouter.SESSIONS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.router.http.Problems;
import io.vertx.core.buffer.Buffer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that session routes refuse, before they ask a verticle. */
final class RouterSessionBodiesTest {

  private static final String S1 = SESSIONS + "/s1";

  @RegisterExtension static final RunningRouter ROUTER = RunningRouter.usual();

  private static ProblemDocument refused(String method, String address, String json)
      throws Exception {
    ProblemDocument problem = ProblemDocument.in(ROUTER.send(ROUTER.json(method, address, json)));
    assertTrue(ROUTER.neighbour().wasAskedNothing());
    return problem;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "\"s1\"",
        "{",
        "{} {}",
        "{'id':'s1'}",
        "{\"user\":\"u1\"}",
        "{\"id\":{}}",
        "{\"id\":[\"s1\"]}",
        "{\"userId\":true}",
        "{\"userId\":1.5}",
        "{\"userId\":{\"id\":7}}",
        "{\"userId\":[7]}",
        "{\"ttlSeconds\":\"60\"}",
        "{\"ttlSeconds\":\"\"}",
        "{\"ttlSeconds\":1.9}",
        "{\"ttlSeconds\":true}",
        "{\"ttlSeconds\":1e30}",
        "{\"ttlSeconds\":99999999999999999999}",
        "{\"preferences\":nope}"
      })
  void openingThatIsNone_isAProblem(String json) throws Exception {
    refused("POST", SESSIONS, json).is(400, "invalid-body");
  }

  @Test
  void misspeltField_isNamed() throws Exception {
    assertEquals(
        "'ttl' is unknown here or of another type",
        refused("POST", SESSIONS, "{\"ttl\":60}").detail());
  }

  @Test
  void preferencesNestedTooDeep_areAProblem() throws Exception {
    String deep = "[".repeat(600) + "]".repeat(600);
    refused("POST", SESSIONS, "{\"preferences\":{\"a\":" + deep + "}}").is(400, "invalid-body");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                  | 'ttlSeconds' is missing
          {"ttlSeconds":null}                 | 'ttlSeconds' is missing
          {"ttlSeconds":"60"}                 | 'ttlSeconds' is unknown here or of another type
          {"ttlSeconds":59.9}                 | 'ttlSeconds' is unknown here or of another type
          {"ttlSeconds":60,"at":1}            | 'at' is unknown here or of another type
          60                                  | The body has another shape than expected here
          null                                | The body is null
          """)
  void extensionThatIsNone_isAProblem(String json, String detail) throws Exception {
    assertEquals(detail, refused("POST", S1 + "/extend", json).is(400, "invalid-body").detail());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                       | 'role' is missing
          {"content":"hi"}                         | 'role' is missing
          {"role":null,"content":"hi"}             | 'role' is missing
          {"role":"user"}                          | 'content' is missing
          {"role":"user","content":null}           | 'content' is missing
          {"role":"user","content":{}}             | 'content' is unknown here or of another type
          {"role":"user","content":[{"type":"text"}]} | 'content' is unknown here or of another type
          {"role":"user","content":"","tokens":1.5} | 'tokens' is unknown here or of another type
          {"role":"user","content":"","tokens":"1"} | 'tokens' is unknown here or of another type
          {"role":"user","content":"","name":"x"}  | 'name' is unknown here or of another type
          [{"role":"user","content":"hi"}]         | The body has another shape than expected here
          """)
  void messageThatIsNone_isAProblem(String json, String detail) throws Exception {
    assertEquals(detail, refused("POST", S1 + "/history", json).is(400, "invalid-body").detail());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{} {}", "{'a':1}", "\uFEFF{}"})
  void patchThatIsNotJson_isAProblem(String json) throws Exception {
    refused("PATCH", S1, json).is(400, "invalid-body");
  }

  /** A lenient parser would replace the bytes by other characters. */
  @Test
  void bytesThatAreNotUtf8_areAProblem() throws Exception {
    byte[] broken =
        "{\"role\":\"user\",\"content\":\"\u00ED\u00A0\u0080\"}"
            .getBytes(StandardCharsets.ISO_8859_1);
    byte[] utf16 = Buffer.buffer("{\"role\":\"user\",\"content\":\"\"}", "UTF-16LE").getBytes();
    for (byte[] body : new byte[][] {broken, utf16}) {
      ProblemDocument.in(
              ROUTER.send(
                  ROUTER.json("POST", S1 + "/history", "").POST(BodyPublishers.ofByteArray(body))))
          .is(400, "invalid-body");
      assertTrue(ROUTER.neighbour().wasAskedNothing());
    }
  }

  @ParameterizedTest
  @CsvSource({"POST, ''", "PATCH, /s1", "POST, /s1/extend", "POST, /s1/history"})
  void otherMediaTypes_areAProblem(String method, String end) throws Exception {
    ProblemDocument.in(
            ROUTER.send(
                ROUTER
                    .to(SESSIONS + end)
                    .header("Content-Type", "text/plain")
                    .method(method, BodyPublishers.ofString("{}"))))
        .is(415, "unsupported-media-type");
    assertTrue(ROUTER.neighbour().wasAskedNothing());
  }

  @ParameterizedTest
  @CsvSource({"POST, ''", "PATCH, /s1", "POST, /s1/extend", "POST, /s1/history"})
  void bodyAboveTheLimit_isAProblem(String method, String end) throws Exception {
    String large = "{\"data\":\"" + "x".repeat(1 << 20) + "\"}";
    refused(method, SESSIONS + end, large).is(413, "too-large");
  }

  @Test
  void mergePatch_isTakenUnderItsOwnName() throws Exception {
    ROUTER.neighbour().fails(Code.SESSION_UNKNOWN, "What it said");
    ProblemDocument.in(
            ROUTER.send(
                ROUTER
                    .to(S1)
                    .header("Content-Type", "application/merge-patch+json")
                    .method("PATCH", BodyPublishers.ofString("{}"))))
        .is(404, "session-unknown");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json-patch+json",
        "Application/JSON-Patch+JSON; charset=utf-8",
        "application/vnd.api+json",
        "text/plain"
      })
  void anotherPatchFormat_isRefusedWithThoseThatAreTaken(String type) throws Exception {
    HttpResponse<String> answer =
        ROUTER.send(
            ROUTER
                .to(S1)
                .header("Content-Type", type)
                .method("PATCH", BodyPublishers.ofString("{}")));
    ProblemDocument.in(answer).is(415, "unsupported-media-type");
    assertEquals(
        "application/merge-patch+json, application/json",
        answer.headers().firstValue("Accept-Patch").orElse(""));
  }

  @ParameterizedTest
  @CsvSource({
    "POST, '', INVALID_TTL",
    "POST, '', SESSION_EXISTS",
    "POST, '', TOO_MANY_SESSIONS",
    "POST, '', NOT_SERVING",
    "POST, '', INVALID_ID",
    "PATCH, /s1, VERSION_CONFLICT",
    "PATCH, /s1, SESSION_UNKNOWN",
    "PATCH, /s1, OVERLOADED",
    "PATCH, /s1, TOO_LARGE"
  })
  void failureOfTheVerticle_isPassedOn(String method, String end, Code code) throws Exception {
    ROUTER.neighbour().fails(code, "What it said");
    ProblemDocument problem =
        ProblemDocument.in(ROUTER.send(ROUTER.json(method, SESSIONS + end, "{}")));
    problem.is(Problems.status(code), code.text());
    assertEquals("What it said", problem.detail());
  }
}
