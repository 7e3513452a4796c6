package io.aetherkeep.router;

import static io.aetherkeep.router.RouterSessionsTest.session;
import static io.aetherkeep.router.RunningRouter.SESSIONS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.catalogue.SessionAsks.EndSession;
import io.aetherkeep.catalogue.SessionAsks.Ended;
import io.aetherkeep.catalogue.SessionAsks.ExtendSession;
import io.aetherkeep.catalogue.SessionAsks.OpenSession;
import io.aetherkeep.catalogue.SessionAsks.PatchSession;
import io.aetherkeep.catalogue.SessionAsks.ReadSession;
import io.aetherkeep.catalogue.SessionAsks.RotateSession;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.UserId;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One session over HTTP: opening, changing and ending it. */
final class RouterSessionChangesTest {

  private static final String S1 = SESSIONS + "/s1";

  @RegisterExtension static final RunningRouter ROUTER = RunningRouter.usual();

  private final PublishedContract contract = PublishedContract.read();

  private static Ask<?> asked() throws InterruptedException {
    return ROUTER.neighbour().asked();
  }

  @ParameterizedTest
  @CsvSource({
    "s1, s1",
    "a/b?c, a%2Fb%3Fc",
    "100%, 100%25",
    "a:b+c, a%3Ab%2Bc",
    "\u00E9\uD83D\uDE00, %C3%A9%F0%9F%98%80"
  })
  void opened_isAtTheAddressThatLocationSays(String id, String segment) throws Exception {
    ROUTER.neighbour().answers(session(id));
    HttpResponse<String> answer = ROUTER.send(ROUTER.json("POST", SESSIONS, "{}"));
    assertEquals(201, answer.statusCode());
    assertEquals(SESSIONS + "/" + segment, header(answer, "location"));
    assertEquals("\"7-2\"", header(answer, "etag"));
    contract.holds("Session", answer.body());
    asked();
    ROUTER.get(header(answer, "location"));
    assertEquals(new ReadSession("aethercast", id, null, null), asked());
  }

  @Test
  void opening_isAskedForAsItWasSent() throws Exception {
    ROUTER.neighbour().answers(session("s1"));
    String json =
        "{\"id\":\"s1\",\"userId\":7,\"preferences\":{\"a\": 1.0},\"data\":{ },\"ttlSeconds\":60}";
    assertEquals(201, ROUTER.send(ROUTER.json("POST", SESSIONS, json)).statusCode());
    assertEquals(
        new OpenSession(
            "aethercast",
            "s1",
            UserId.numbered(7),
            Document.of("{\"a\": 1.0}"),
            Document.of("{ }"),
            60L),
        asked());
  }

  @Test
  void openingOfNulls_isAnOpeningOfNothing() throws Exception {
    ROUTER.neighbour().answers(session("s1"));
    String json =
        "{\"id\":null,\"userId\":null,\"preferences\":null,\"data\":null,\"ttlSeconds\":null}";
    for (String body : List.of("{}", json)) {
      assertEquals(201, ROUTER.send(ROUTER.json("POST", SESSIONS, body)).statusCode());
      assertEquals(new OpenSession("aethercast", null, null, null, null, null), asked());
    }
  }

  @ParameterizedTest
  @CsvSource({"'', ", "\"7-2\", 7-2", "\"7-2-gzip\", 7-2", "*, *"})
  void patch_isAskedForWithItsCondition(String ifMatch, String version) throws Exception {
    ROUTER.neighbour().answers(session("s1"));
    String json = "{\"a\": null, \"b\":{\"c\" :1.0}}";
    var patch = ROUTER.json("PATCH", S1, json);
    HttpResponse<String> answer =
        ROUTER.send(ifMatch.isEmpty() ? patch : patch.header("If-Match", ifMatch));
    assertEquals(200, answer.statusCode());
    assertEquals("\"7-2\"", header(answer, "etag"));
    contract.holds("Session", answer.body());
    assertEquals(new PatchSession("aethercast", "s1", Document.of(json), version), asked());
  }

  @ParameterizedTest
  @ValueSource(strings = {"7-2", "\"7-2", "\"7-2\" \"7-3\"", "**", ""})
  void ifMatchThatIsNoTag_isAProblem(String ifMatch) throws Exception {
    ProblemDocument.in(ROUTER.send(ROUTER.json("PATCH", S1, "{}").header("If-Match", ifMatch)))
        .is(400, "invalid-header");
    assertTrue(ROUTER.neighbour().wasAskedNothing());
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "\"7-2\""})
  void patchOfWhatIsNotThere_makesNoSense(String ifNoneMatch) throws Exception {
    ProblemDocument.in(
            ROUTER.send(ROUTER.json("PATCH", S1, "{}").header("If-None-Match", ifNoneMatch)))
        .is(400, "invalid-header");
    assertTrue(ROUTER.neighbour().wasAskedNothing());
  }

  @Test
  void touch_isAUse() throws Exception {
    ROUTER.neighbour().answers(session("s1"));
    HttpResponse<String> answer = ROUTER.send("POST", S1 + "/touch");
    assertEquals(200, answer.statusCode());
    assertEquals("\"7-2\"", header(answer, "etag"));
    assertEquals(new ReadSession("aethercast", "s1", true, null), asked());
  }

  @Test
  void extension_isAskedForAndAnsweredWithTheSession() throws Exception {
    ROUTER.neighbour().answers(session("s1"));
    HttpResponse<String> answer =
        ROUTER.send(ROUTER.json("POST", S1 + "/extend", "{\"ttlSeconds\":60}"));
    assertEquals(200, answer.statusCode());
    contract.holds("Session", answer.body());
    assertEquals(new ExtendSession("aethercast", "s1", 60), asked());
  }

  @Test
  void rotation_isAnsweredWithTheNewAddress() throws Exception {
    ROUTER.neighbour().answers(session("s2/"));
    HttpResponse<String> answer = ROUTER.send("POST", S1 + "/rotate");
    assertEquals(201, answer.statusCode());
    assertEquals(SESSIONS + "/s2%2F", header(answer, "location"));
    assertEquals(new RotateSession("aethercast", "s1"), asked());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void end_isDoneWhetherThereWasOneOrNot(int ended) throws Exception {
    ROUTER.neighbour().answers(new Ended(ended));
    HttpResponse<String> answer = ROUTER.send("DELETE", S1);
    assertEquals(204, answer.statusCode());
    assertEquals("", answer.body());
    assertEquals(new EndSession("aethercast", "s1"), asked());
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }
}
