package io.aetherkeep.router;

import static io.aetherkeep.router.RunningRouter.TOPICS;
import static io.aetherkeep.router.RunningRouter.head;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.CacheAsks.RemoveEntry;
import io.aetherkeep.catalogue.CacheAsks.Removed;
import io.aetherkeep.catalogue.CacheAsks.WriteEntry;
import io.aetherkeep.catalogue.CacheAsks.Written;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parsing of request headers. */
final class RouterHeadersTest {

  private static final String T1 = TOPICS + "/t1";

  @RegisterExtension static final RunningRouter ROUTER = RunningRouter.usual();

  @ParameterizedTest
  @ValueSource(ints = {9_000, 20_000})
  void headersThatAreTooLarge_areAProblem(int length) throws Exception {
    String padding = "X-Padding: " + "x".repeat(length) + "\r\n\r\n";
    ProblemDocument.in(ROUTER.raw(head("GET", T1) + padding)).is(431, "headers-too-large");
  }

  @Test
  void manyHeaders_areAProblem() throws Exception {
    ProblemDocument.in(ROUTER.raw(head("GET", T1) + "X-Padding: x\r\n".repeat(1_000) + "\r\n"))
        .is(431, "headers-too-large");
  }

  @ParameterizedTest
  @ValueSource(strings = {"no colon\r\n\r\n", "X-A\0: b\r\n\r\n", "X A: b\r\n\r\n"})
  void headerThatIsNone_isAProblem(String rest) throws Exception {
    ProblemDocument.in(ROUTER.raw(head("GET", T1) + rest)).is(400, "invalid-request");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          If-Match: "7-2"         | If-None-Match: *        | invalid-header
          If-Match: "7-2"         | If-Match: *             | invalid-header
          If-None-Match: "7-2"    | X-Other: x              | invalid-header
          If-Match: 7-2           | X-Other: x              | invalid-header
          Cache-Control: no-store | X-Other: x              | invalid-header
          Cache-Control: max-age=1| Cache-Control: max-age=2| invalid-header
          Cache-Control: max-age=x| X-Other: x              | invalid-max-age
          """)
  void headersOfAWriteThatContradict_areAProblem(String one, String other, String code)
      throws Exception {
    String put = head("PUT", T1) + one + "\r\n" + other + "\r\nContent-Type: application/json\r\n";
    ProblemDocument.in(ROUTER.raw(put + "Content-Length: 2\r\n\r\n{}")).is(400, code);
    assertTrue(ROUTER.neighbour().wasAskedNothing());
  }

  @ParameterizedTest
  @ValueSource(strings = {"If-None-Match: *", "If-Match: 7-2", "If-Match: *\r\nIf-Match: *"})
  void headersOfARemovalThatMakeNoSense_areAProblem(String headers) throws Exception {
    ProblemDocument.in(ROUTER.raw(head("DELETE", T1) + headers + "\r\n\r\n"))
        .is(400, "invalid-header");
    assertTrue(ROUTER.neighbour().wasAskedNothing());
  }

  @Test
  void write_carriesWhatItsHeadersSay() throws Exception {
    ROUTER.neighbour().answers(new Written("7-2", false));
    HttpResponse<String> answer =
        ROUTER.send(
            ROUTER
                .put(T1, "{}")
                .header("If-Match", "\"1-1\"")
                .header("Cache-Control", "max-age=600")
                .header("Cache-Tags", "topic-t1, , release-7")
                .header("Cache-Tags", "third"));
    assertEquals(204, answer.statusCode());
    assertEquals("\"7-2\"", answer.headers().firstValue("etag").orElse(""));
    assertEquals("", answer.body());
    WriteEntry ask = (WriteEntry) ROUTER.neighbour().asked();
    assertEquals("1-1", ask.ifVersion());
    assertEquals(600, ask.maxAgeSeconds());
    assertEquals(List.of("topic-t1", "release-7", "third"), ask.tags());
  }

  @Test
  void write_withoutHeadersAsksForNothingSpecial() throws Exception {
    ROUTER.neighbour().answers(new Written("7-2", true));
    HttpResponse<String> answer = ROUTER.send(ROUTER.put(TOPICS + "/a%2Fb", "{}"));
    assertEquals(201, answer.statusCode());
    assertEquals(TOPICS + "/a%2Fb", answer.headers().firstValue("location").orElse(""));
    WriteEntry ask = (WriteEntry) ROUTER.neighbour().asked();
    assertNull(ask.ifVersion());
    assertNull(ask.maxAgeSeconds());
    assertEquals(List.of(), ask.tags());
  }

  @Test
  void removal_carriesItsVersion() throws Exception {
    ROUTER.neighbour().answers(new Removed(true));
    HttpResponse<String> answer = ROUTER.send(ROUTER.to(T1).header("If-Match", "\"1-1\"").DELETE());
    assertEquals(204, answer.statusCode());
    assertEquals("1-1", ((RemoveEntry) ROUTER.neighbour().asked()).ifVersion());
  }

  @Test
  void writeOfAnotherVersion_isAConflict() throws Exception {
    ROUTER
        .neighbour()
        .fails(
            Code.VERSION_CONFLICT, "The stored version is another one: read it again, then retry");
    ProblemDocument problem =
        ProblemDocument.in(ROUTER.send(ROUTER.put(T1, "{}").header("If-None-Match", "*")));
    problem.is(412, "version-conflict");
    assertTrue(problem.retry());
  }

  @Test
  void requestId_comesBack() throws Exception {
    HttpResponse<String> answer =
        ROUTER.send(ROUTER.to("/openapi.json").header("X-Request-Id", "web-7f3a.12"));
    assertEquals("web-7f3a.12", answer.headers().firstValue("x-request-id").orElse(""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"<script>", "a b", "${jndi:ldap://x}", "\u00E9"})
  void requestIdThatIsNasty_isReplaced(String nasty) throws Exception {
    RawAnswer answer = ROUTER.raw(head("GET", "/nothing") + "X-Request-Id: " + nasty + "\r\n\r\n");
    ProblemDocument.in(answer).is(404, "route-unknown");
    assertTrue(answer.headers().get("x-request-id").matches("[0-9a-f]{16}"));
  }
}
