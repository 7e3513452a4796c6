package io.aetherkeep.router;

import static io.aetherkeep.router.RunningRouter.PROVIDERS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.vertx.core.buffer.Buffer;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that provider routes refuse, before they ask a verticle. */
final class RouterProviderBodiesTest {

  private static final String OPENAI = PROVIDERS + "/openai";

  @RegisterExtension static final RunningRouter ROUTER = RunningRouter.usual();

  private static ProblemDocument refused(String method, String end, String json) throws Exception {
    ProblemDocument problem =
        ProblemDocument.in(ROUTER.send(ROUTER.json(method, OPENAI + end, json)));
    assertTrue(ROUTER.neighbour().wasAskedNothing());
    return problem;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                  | The body is empty
          null                                | The body is null
          true                                | The body has another shape than expected here
          {}                                  | 'success' is missing
          {"success":null}                    | 'success' is missing
          {"success":"true"}                  | 'success' is unknown here or of another type
          {"success":1}                       | 'success' is unknown here or of another type
          {"success":true,"latencyMs":1.5}    | 'latencyMs' is unknown here or of another type
          {"success":true,"latencyMs":"1"}    | 'latencyMs' is unknown here or of another type
          {"success":true,"latency":1}        | 'latency' is unknown here or of another type
          {"success":false,"error":{}}        | 'error' is unknown here or of another type
          [null]                              | An outcome is null
          [{"success":true},null]             | An outcome is null
          [{"latencyMs":1}]                   | 'success' is missing
          [[{"success":true}]]                | '[]' is unknown here or of another type
          [{"success":true}                   | The body is not JSON: it breaks off or goes wrong near byte 17
          {"success":true} {"success":true}   | The body goes on after its JSON value, at byte 17
          """)
  void outcomesThatAreNone_areAProblem(String json, String detail) throws Exception {
    assertEquals(detail, refused("POST", "/outcomes", json).is(400, "invalid-body").detail(), json);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                  | 'status' is missing
          {"status":null}                     | 'status' is missing
          {"status":"HEALTHY"}                | 'status' is unknown here or of another type
          {"status":"well"}                   | 'status' is unknown here or of another type
          {"status":1}                        | 'status' is unknown here or of another type
          {"status":"healthy","successRate":"1"} | 'successRate' is unknown here or of another type
          {"status":"healthy","requests":1}   | 'requests' is unknown here or of another type
          [{"status":"healthy"}]              | The body has another shape than expected here
          """)
  void recordThatIsNone_isAProblem(String json, String detail) throws Exception {
    assertEquals(detail, refused("PUT", "/health", json).is(400, "invalid-body").detail(), json);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /disable | ''                            | The body is empty
          /disable | {}                            | 'reason' is missing
          /disable | {"reason":{}}                 | 'reason' is unknown here or of another type
          /disable | {"reason":"r","forSeconds":1.5} | 'forSeconds' is unknown here or of another type
          /disable | {"reason":"r","for":1}        | 'for' is unknown here or of another type
          /enable  | null                          | The body is null
          /enable  | []                            | The body has another shape than expected here
          /enable  | {"forSeconds":"60"}           | 'forSeconds' is unknown here or of another type
          """)
  void decisionThatIsNone_isAProblem(String end, String json, String detail) throws Exception {
    assertEquals(detail, refused("POST", end, json).is(400, "invalid-body").detail(), json);
  }

  /** A lenient parser would replace the bytes by other characters. */
  @Test
  void bytesThatAreNotUtf8_areAProblem() throws Exception {
    byte[] broken =
        "{\"success\":false,\"error\":\"\u00ED\u00A0\u0080\"}"
            .getBytes(StandardCharsets.ISO_8859_1);
    byte[] utf16 = Buffer.buffer("{\"success\":true}", "UTF-16LE").getBytes();
    for (byte[] body : new byte[][] {broken, utf16}) {
      ProblemDocument.in(
              ROUTER.send(
                  ROUTER
                      .json("POST", OPENAI + "/outcomes", "")
                      .POST(BodyPublishers.ofByteArray(body))))
          .is(400, "invalid-body");
      assertTrue(ROUTER.neighbour().wasAskedNothing());
    }
  }

  @ParameterizedTest
  @CsvSource({"PUT, /health", "POST, /outcomes", "POST, /disable", "POST, /enable"})
  void otherMediaTypes_areAProblem(String method, String end) throws Exception {
    ProblemDocument.in(
            ROUTER.send(
                ROUTER
                    .to(OPENAI + end)
                    .header("Content-Type", "text/plain")
                    .method(method, BodyPublishers.ofString("{}"))))
        .is(415, "unsupported-media-type");
    assertTrue(ROUTER.neighbour().wasAskedNothing());
  }

  /** An assertion fails if a large body is parsed on the event loop. */
  @ParameterizedTest
  @ValueSource(strings = {"/disable", "/enable"})
  void largeBody_isParsedOffTheEventLoop(String end) throws Exception {
    String large = "{\"reason\":" + " ".repeat(1 << 19) + "\"r\"}";
    ROUTER.neighbour().fails(Code.PROVIDER_UNKNOWN, "There is none");
    ProblemDocument.in(ROUTER.send(ROUTER.json("POST", OPENAI + end, large)))
        .is(404, "provider-unknown");
  }

  @ParameterizedTest
  @CsvSource({"PUT, /health", "POST, /outcomes", "POST, /disable", "POST, /enable"})
  void bodyAboveTheLimit_isAProblem(String method, String end) throws Exception {
    String large = "{\"reason\":\"" + "x".repeat(1 << 20) + "\"}";
    refused(method, end, large).is(413, "too-large");
  }
}
