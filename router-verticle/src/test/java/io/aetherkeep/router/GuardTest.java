package io.aetherkeep.router;

import static io.aetherkeep.testing.Futures.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.CacheAsks.ReadEntry;
import io.aetherkeep.catalogue.SessionAsks.PatchSession;
import io.aetherkeep.catalogue.TicketAsks.IssueTicket;
import io.aetherkeep.router.access.KeyFile;
import io.aetherkeep.router.access.identity.Scope;
import io.aetherkeep.router.access.token.Issuer;
import io.vertx.core.Vertx;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A router with credentials that change, and callers that try to get around them. */
final class GuardTest {

  private static final KnownCallers CALLERS = KnownCallers.fresh();
  private static final String READER = CALLERS.key("aethercast", Scope.READ);
  private static final String SERVICE = CALLERS.key("aethercast");
  private static final String T1 = "/api/v1/aethercast/caches/topic/t1";

  @RegisterExtension static final RunningRouter ROUTER = RunningRouter.with(CALLERS::settings);

  private static HttpResponse<String> get(String address, String credential) throws Exception {
    return ROUTER.send(ROUTER.to(address).header("Authorization", "Bearer " + credential));
  }

  private static int status(String address, String credential) throws Exception {
    return get(address, credential).statusCode();
  }

  @Test
  void aKey_isGoodAsSoonAsItIsInTheFile_andNoLongerThanThat() throws Exception {
    KeyFile before = CALLERS.keys();
    String key = CALLERS.key("aethercast");
    await().until(() -> status(T1, key) == 404);
    CALLERS.store(before);
    await().until(() -> status(T1, key) == 401);
    assertEquals(404, status(T1, READER));
  }

  @Test
  void aFileThatIsJunk_changesNothing_andOneThatIsGoneLetsNobodyIn() throws Exception {
    String junk = "{\"keys\": [";
    Files.writeString(CALLERS.keysFile(), junk);
    Files.writeString(CALLERS.keysFile(), junk + " ");
    assertEquals(404, status(T1, READER));
    Files.delete(CALLERS.keysFile());
    await().until(() -> status(T1, READER) == 401);
    CALLERS.store(CALLERS.keys());
    await().until(() -> status(T1, READER) == 404);
  }

  @Test
  void aTicket_isIssuedWithWhatItsBearerCameWith() throws Exception {
    String address = "/api/v1/aethercast/sessions/s1/ticket";
    ROUTER.send(ROUTER.json("POST", address, "").header("X-API-Key", SERVICE));
    String digest = CALLERS.stored(SERVICE).sha256().substring(0, 16);
    assertEquals(
        "scopes=read,write,digest=" + digest + " key " + KnownCallers.idOf(SERVICE),
        issued().credential());
    String user = CALLERS.token("{\"space\":\"aethercast\",\"session\":\"s1\",\"exp\":4000000000}");
    ROUTER.send(ROUTER.json("POST", address, "").header("Authorization", "Bearer " + user));
    assertEquals("scopes=read,write until 2096-10-02T07:06:40Z", issued().credential());
  }

  @Test
  void aTicketOfAWriter_isIssuedToWriteOnly() throws Exception {
    String writer =
        CALLERS.token(
            "{\"space\":\"aethercast\",\"session\":\"s1\",\"scope\":\"write admin\",\"exp\":4000000000}");
    ROUTER.send(
        ROUTER
            .json("POST", "/api/v1/aethercast/sessions/s1/ticket", "")
            .header("Authorization", "Bearer " + writer));
    assertEquals("scopes=write until 2096-10-02T07:06:40Z", issued().credential());
  }

  private static IssueTicket issued() throws Exception {
    return (IssueTicket) ROUTER.neighbour().asked();
  }

  @Test
  void signingKeys_areRotated() throws Exception {
    String old = CALLERS.token("{\"space\":\"aethercast\",\"scope\":\"read\"}");
    String published = Files.readString(CALLERS.jwksFile());
    assertEquals(404, status(T1, old));
    Vertx vertx = Vertx.vertx();
    try {
      Issuer next = Issuer.es256(vertx, "k2");
      String fresh = next.token("{\"space\":\"aethercast\",\"scope\":\"read\"}");
      assertEquals(401, status(T1, fresh));
      Issuer.publish(CALLERS.jwksFile(), next);
      await().until(() -> status(T1, fresh) == 404);
      assertEquals(401, status(T1, old));
    } finally {
      Files.writeString(CALLERS.jwksFile(), published, UTF_8);
      await(vertx.close());
    }
    await().until(() -> status(T1, old) == 404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/council/caches/topic/t1",
        "/api/v1/%63ouncil/caches/topic/t1",
        "/api/v1/Aethercast/caches/topic/t1",
        "/api/v1/aethercast%2f..%2fcouncil/caches/topic/t1",
        "/api/v1/aethercast%00/caches/topic/t1",
        "/api/v1/aethercast%20/caches/topic/t1",
        "/api/v1/*/caches/topic/t1",
        "/api/v1/%2A/caches/topic/t1",
        "/api/v1/content/sessions/s1",
        "/api/v1/nowhere/sessions/s1",
      })
  void anotherSpace_isNotReachedHoweverItIsSpelt(String address) throws Exception {
    ROUTER.neighbour().forget();
    ProblemDocument.in(get(address, SERVICE)).is(403, "other-space");
    assertTrue(ROUTER.neighbour().wasAskedNothing());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/aethercast/../council/caches/topic/t1",
        "/api/v1/aethercast/%2e%2e/council/caches/topic/t1",
        "/api/v1/aethercast/.%2E/council/caches/topic/t1",
        "//api/v1/council/caches/topic/t1",
        "/api//v1/council/caches/topic/t1",
        "/api/v1/./council/caches/topic/t1",
      })
  void aPathThatOneWouldHaveToNormalise_isNone(String address) throws Exception {
    String request =
        "GET " + address + " HTTP/1.1\r\nHost: localhost\r\nX-API-Key: " + SERVICE + "\r\n\r\n";
    ProblemDocument.in(ROUTER.raw(request)).is(400, "invalid-request");
    assertTrue(ROUTER.neighbour().wasAskedNothing());
  }

  @Test
  void theSpaceThatIsAsked_isTheOneThatWasChecked() throws Exception {
    get("/api/v1/%61ethercast/caches/topic/t1?space=council&id=x", SERVICE);
    assertEquals("aethercast", ((ReadEntry) ROUTER.neighbour().asked()).space());
  }

  @Test
  void sessionIds_areComparedAsTheyAreMeant() throws Exception {
    String user = CALLERS.token("{\"space\":\"aethercast\",\"session\":\"s/1\"}");
    assertEquals(404, status("/api/v1/aethercast/sessions/s%2F1", user));
    for (String other : List.of("s%252F1", "s%2F1%00", "S%2F1", "s%2f1%2f..%2f2")) {
      ProblemDocument.in(get("/api/v1/aethercast/sessions/" + other, user))
          .is(403, "other-session");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"user_id\":\"u2\"}",
        "{\"userId\":null}",
        "{\"a\":1,\"\\u0075ser_id\":\"u2\"}",
        "{\"user_id\":\"u1\",\"user_id\":\"u2\"}"
      })
  void anEndUser_cannotBecomeSomebodyElse(String patch) throws Exception {
    String user = CALLERS.token("{\"space\":\"aethercast\",\"session\":\"s1\"}");
    ProblemDocument.in(ROUTER.send(patched(patch, user))).is(403, "other-session");
    assertTrue(ROUTER.neighbour().wasAskedNothing());
    ROUTER.send(patched(patch, SERVICE));
    assertEquals(patch, ((PatchSession) ROUTER.neighbour().asked()).patch().toString());
    ROUTER.send(patched("{\"preferences\":{\"user_id\":1},\"__proto__\":{}}", user));
    assertEquals("s1", ((PatchSession) ROUTER.neighbour().asked()).id());
  }

  private static HttpRequest.Builder patched(String patch, String credential) {
    return ROUTER
        .json("PATCH", "/api/v1/aethercast/sessions/s1", patch)
        .header("Authorization", "Bearer " + credential);
  }

  @Test
  void anUnreachablePage_isNotCalledForbidden() throws Exception {
    ProblemDocument.in(ROUTER.get("/nothing")).is(404, "route-unknown");
    ProblemDocument.in(ROUTER.send("DELETE", "/metrics")).is(405, "method-not-allowed");
  }
}
