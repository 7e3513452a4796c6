package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Session cookies on two nodes, as a browser and its server use them. */
@ExtendWith(RedisExtension.class)
class SessionCookieTest {

  private static final String API = "/api/v1/aethercast";
  private static final String SELF = API + "/sessions/self";
  private static final String NAME = "__Host-aetherkeep-aethercast";
  private static final String APP = "https://app.example";

  @TempDir Path directory;

  private Map<String, String> environment;
  private Path cookieKey;
  private KeysOfNode keys;
  private String[] service;
  private String[] observer;
  private RunningNode node;
  private RunningNode other;

  @BeforeEach
  void start(RedisServer redis) throws Exception {
    cookieKey = directory.resolve("cookie.key");
    Files.writeString(cookieKey, key(1));
    keys = new KeysOfNode(directory.resolve("keys.json"));
    service = credential("read,write");
    observer = credential("read");
    environment =
        new HashMap<>(
            Map.of(
                "AETHERKEEP_REDIS_URL",
                redis.url(),
                "AETHERKEEP_ACCESS_KEYS_FILE",
                keys.file().toString(),
                "AETHERKEEP_ACCESS_COOKIE_KEY_FILE",
                cookieKey.toString(),
                "AETHERKEEP_HTTP_ORIGINS",
                APP));
    node = RunningNode.start(environment);
    other = RunningNode.start(environment);
  }

  @AfterEach
  void stop() {
    node.close();
    other.close();
  }

  private static String key(int value) {
    byte[] key = new byte[32];
    key[0] = (byte) value;
    return Base64.getEncoder().encodeToString(key) + "\n";
  }

  private String[] credential(String scopes) {
    return new String[] {"X-API-Key", keys.add(scopes)};
  }

  /** A browser with a cookie and, unless it forgot it, the CSRF token. */
  private record Holder(String cookie, String token) {

    static Holder of(HttpResponse<String> answer) {
      String set = answer.headers().firstValue("set-cookie").orElseThrow();
      return new Holder(
          set.substring(0, set.indexOf(';')),
          answer.headers().firstValue("x-csrf-token").orElseThrow());
    }

    String[] reads(String... more) {
      return Stream.concat(Stream.of("Cookie", cookie), Stream.of(more)).toArray(String[]::new);
    }

    String[] changes(String... more) {
      return reads(
          Stream.concat(Stream.of("X-CSRF-Token", token), Stream.of(more)).toArray(String[]::new));
    }
  }

  private Holder opened(String id) throws Exception {
    HttpResponse<String> answer =
        node.post(API + "/sessions?cookie=true", "{\"id\":\"" + id + "\"}", service);
    assertEquals(201, answer.statusCode(), answer::body);
    return Holder.of(answer);
  }

  private static String code(HttpResponse<String> answer) {
    return answer.statusCode() + " " + new JsonObject(answer.body()).getString("code");
  }

  private static String cookie(HttpResponse<String> answer) {
    return answer.headers().firstValue("set-cookie").orElse("none");
  }

  @Test
  void attributes_areThoseOfAHostCookieForAsLongAsTheSessionLives() throws Exception {
    HttpResponse<String> answer =
        node.post(API + "/sessions?cookie=true", "{\"ttlSeconds\":700}", service);
    assertTrue(
        cookie(answer)
            .matches(NAME + "=[\\w-]+; Path=/; Max-Age=700; Secure; HttpOnly; SameSite=Strict"),
        cookie(answer));
    assertEquals("none", cookie(node.post(API + "/sessions", "{}", service)));
  }

  @Test
  void aCookie_isTheSessionOnEveryNode() throws Exception {
    Holder browser = opened("s1");
    HttpResponse<String> read = other.get(SELF, browser.reads());
    assertEquals(200, read.statusCode(), read::body);
    assertFalse(read.body().contains("s1"), read::body);
    assertEquals("self", new JsonObject(read.body()).getString("id"));
    assertEquals(browser.token, read.headers().firstValue("x-csrf-token").orElse(""));
    HttpResponse<String> patched =
        other.patch(SELF, "{\"preferences\":{\"speed\":2}}", browser.changes());
    assertEquals(200, patched.statusCode(), patched::body);
    assertEquals(
        "s1", new JsonObject(node.get(API + "/sessions/s1", service).body()).getString("id"));
    HttpResponse<String> played =
        node.put(
            SELF + "/playback", "{\"podcastId\":\"p1\",\"state\":\"playing\"}", browser.changes());
    assertEquals(200, played.statusCode(), played::body);
    assertFalse(played.body().contains("s1"), played::body);
    assertFalse(other.get(SELF + "/playback", browser.reads()).body().contains("\"s1\""));
  }

  @Test
  void nothingElse_isReached() throws Exception {
    Holder browser = opened("s1");
    opened("s2");
    assertEquals("403 other-session", code(node.get(API + "/sessions/s2", browser.reads())));
    assertEquals("403 other-session", code(node.get(API + "/sessions", browser.reads())));
    assertEquals("403 other-session", code(node.post(API + "/sessions", "{}", browser.changes())));
    assertEquals("401 no-credentials", code(node.get("/health/redis", browser.reads())));
    assertEquals(
        "401 no-credentials", code(node.get("/api/v1/council/sessions/self", browser.reads())));
    String renamed = browser.cookie.replace("aethercast", "council");
    assertEquals(
        "401 bad-credentials", code(node.get("/api/v1/council/sessions/self", "Cookie", renamed)));
    assertEquals(
        "403 other-session", code(node.patch(SELF, "{\"user_id\":\"u9\"}", browser.changes())));
  }

  @Test
  void aChange_needsTheSessionsOwnToken() throws Exception {
    Holder browser = opened("s1");
    String foreign = opened("s2").token;
    for (String[] headers :
        new String[][] {
          browser.reads(), browser.reads("X-CSRF-Token", foreign), browser.reads("X-CSRF-Token", "")
        }) {
      assertEquals("403 bad-csrf-token", code(node.patch(SELF, "{}", headers)));
      assertEquals("403 bad-csrf-token", code(node.request("DELETE", SELF, "", headers)));
    }
    assertEquals(200, node.get(SELF, browser.reads()).statusCode());
  }

  @Test
  void pagesOfOtherOrigins_areRefused() throws Exception {
    Holder browser = opened("s1");
    assertEquals(200, node.get(SELF, browser.reads("Origin", APP)).statusCode());
    assertEquals(200, node.get(SELF, browser.reads("Origin", node.url())).statusCode());
    assertEquals(200, node.get(SELF, browser.reads("Sec-Fetch-Site", "same-origin")).statusCode());
    String evil = "https://evil.example";
    assertEquals("403 other-origin", code(node.get(SELF, browser.reads("Origin", evil))));
    assertEquals("403 other-origin", code(node.get(SELF, browser.reads("Origin", "null"))));
    assertEquals("403 other-origin", code(node.patch(SELF, "{}", browser.changes("Origin", evil))));
    assertEquals(
        "403 other-origin", code(node.get(SELF, browser.reads("Sec-Fetch-Site", "cross-site"))));
    HttpResponse<String> allowed = node.get(SELF, browser.reads("Origin", APP));
    assertEquals(
        "true", allowed.headers().firstValue("access-control-allow-credentials").orElse(""));
    String metrics = node.get("/metrics", observer).body();
    assertTrue(metrics.contains("aetherkeep_cookie_refusals_total{reason=\"origin\"}"), metrics);
  }

  @Test
  void use_renewsTheCookie_andAReadWithoutUseDoesNot() throws Exception {
    Holder browser = opened("s1");
    for (HttpResponse<String> used :
        List.of(
            node.get(SELF, browser.reads()),
            node.post(SELF + "/touch", "", browser.changes()),
            node.patch(SELF, "{}", browser.changes()))) {
      assertTrue(cookie(used).contains("; Max-Age=1800; "), cookie(used));
    }
    String tag = node.get(SELF, browser.reads()).headers().firstValue("etag").orElseThrow();
    HttpResponse<String> known = node.get(SELF, browser.reads("If-None-Match", tag));
    assertEquals(304, known.statusCode());
    assertTrue(cookie(known).contains("; Max-Age=1800; "), cookie(known));
    assertEquals("none", cookie(node.get(SELF + "?touch=false", browser.reads())));
  }

  @Test
  void aLogout_deletesTheCookieAndEndsItEverywhere() throws Exception {
    Holder browser = opened("s1");
    node.put(API + "/status/crawl/c1", "{\"status\":\"running\"}", service);
    assertEquals(200, other.get(API + "/status/crawl/c1", browser.reads()).statusCode());
    try (EventStream open =
        EventStream.open(other.url() + API + "/status/crawl/c1", browser.reads())) {
      assertEquals("status", open.next().name());
      HttpResponse<String> ended = node.request("DELETE", SELF, "", browser.changes());
      assertEquals(204, ended.statusCode());
      assertEquals(NAME + "=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict", cookie(ended));
      assertEquals("gone", open.next().name());
    }
    HttpResponse<String> read = other.get(SELF, browser.reads());
    assertEquals("404 session-unknown", code(read));
    assertTrue(cookie(read).startsWith(NAME + "=; Path=/; Max-Age=0;"), cookie(read));
    HttpResponse<String> watched = other.get(API + "/status/crawl/c1", browser.reads());
    assertEquals("401 expired-credentials", code(watched));
    assertTrue(cookie(watched).startsWith(NAME + "=; Path=/; Max-Age=0;"), cookie(watched));
  }

  @Test
  void aPage_getsItsCookieForATicketOnce() throws Exception {
    opened("s1");
    String ticket =
        new JsonObject(node.post(API + "/sessions/s1/ticket", "", service).body())
            .getString("ticket");
    String body = "{\"ticket\":\"" + ticket + "\"}";
    String cookies = SELF + "/cookie";
    assertEquals(
        "403 other-origin", code(other.post(cookies, body, "Origin", "https://evil.example")));
    HttpResponse<String> answer = other.post(cookies, body, "Origin", APP);
    assertEquals(201, answer.statusCode(), answer::body);
    assertEquals(SELF, answer.headers().firstValue("location").orElse(""));
    assertFalse(answer.body().contains("s1"), answer::body);
    assertEquals(200, node.get(SELF, Holder.of(answer).reads()).statusCode());
    assertEquals("404 ticket-unknown", code(other.post(cookies, body, "Origin", APP)));
    assertEquals("401 no-credentials", code(other.post(cookies, "{}", "Origin", APP)));
  }

  @Test
  void aCredentialThatMayNotRead_givesNoCookie() throws Exception {
    opened("s1");
    String[] writer = credential("write");
    Awaitility.await()
        .atMost(20, TimeUnit.SECONDS)
        .until(() -> node.post(API + "/sessions", "{}", writer).statusCode() == 201);
    assertEquals("403 missing-scope", code(node.post(API + "/sessions?cookie=true", "{}", writer)));
    // Another event loop may learn of the new key later.
    Awaitility.await()
        .atMost(20, TimeUnit.SECONDS)
        .until(() -> code(redeemedForCookie(writer)), "403 missing-scope"::equals);
  }

  private HttpResponse<String> redeemedForCookie(String... credential) throws Exception {
    String ticket =
        new JsonObject(node.post(API + "/sessions/s1/ticket", "", credential).body())
            .getString("ticket");
    return node.post(SELF + "/cookie", "{\"ticket\":\"" + ticket + "\"}", "Origin", APP);
  }

  @Test
  void aPageWithoutACredential_opensASessionWithoutAUser_ifAllowed() throws Exception {
    environment.put("AETHERKEEP_ACCESS_COOKIE_FOR_ANYBODY", "true");
    environment.put("AETHERKEEP_ACCESS_COOKIE_SAME_SITE", "none");
    try (RunningNode open = RunningNode.start(environment)) {
      HttpResponse<String> answer = open.post(SELF + "/cookie", "{}", "Origin", APP);
      assertEquals(201, answer.statusCode(), answer::body);
      assertTrue(cookie(answer).endsWith("; SameSite=None; Partitioned"), cookie(answer));
      assertEquals(200, node.get(SELF, Holder.of(answer).reads()).statusCode());
    }
  }

  @Test
  void aServiceWithTheBrowsersCookie_rotatesItsSession() throws Exception {
    Holder browser = opened("s1");
    HttpResponse<String> rotated =
        node.post(SELF + "/rotate?cookie=true", "", browser.reads(service));
    assertEquals(201, rotated.statusCode(), rotated::body);
    assertFalse(new JsonObject(rotated.body()).getString("id").equals("self"));
    assertEquals("404 session-unknown", code(other.get(SELF, browser.reads())));
    Holder fresh = Holder.of(rotated);
    assertEquals(200, other.patch(SELF, "{}", fresh.changes()).statusCode());
    assertEquals(
        "403 bad-csrf-token",
        code(other.patch(SELF, "{}", fresh.reads("X-CSRF-Token", browser.token))));
  }

  @Test
  void cookiesThatAreNotOurs_areRefusedAndDeleted() throws Exception {
    Holder browser = opened("s1");
    String long2 = NAME + "=" + "A".repeat(3000);
    for (String wrong :
        new String[] {
          NAME + "=",
          NAME + "=x",
          NAME + "=s1",
          long2,
          browser.cookie + "x",
          browser.cookie + "; " + browser.cookie,
          browser.cookie + "; " + NAME + "=x"
        }) {
      HttpResponse<String> answer = node.get(SELF, "Cookie", wrong);
      assertEquals("401 bad-credentials", code(answer), wrong);
      assertTrue(cookie(answer).startsWith(NAME + "=; Path=/; Max-Age=0;"), wrong);
    }
    assertEquals(200, node.get(SELF, "Cookie", "a=b; " + browser.cookie + "; c").statusCode());
    assertEquals("401 no-credentials", code(node.get(SELF, "Cookie", "session=x; =; ;")));
  }

  @Test
  void aReplacedKey_endsAllCookiesWithoutARestart() throws Exception {
    Holder browser = opened("s1");
    Files.writeString(cookieKey, key(2) + key(1));
    Awaitility.await()
        .atMost(20, TimeUnit.SECONDS)
        .until(
            () -> {
              HttpResponse<String> read = node.get(SELF, browser.reads());
              assertEquals(200, read.statusCode());
              return !read.headers().firstValue("x-csrf-token").orElse("").equals(browser.token);
            });
    Files.writeString(cookieKey, key(2));
    Awaitility.await()
        .atMost(20, TimeUnit.SECONDS)
        .until(() -> node.get(SELF, browser.reads()).statusCode() == 401);
  }

  @Test
  void aSocket_isTheCookiesSession() throws Exception {
    Holder browser = opened("s1");
    try (LiveSocket live =
        LiveSocket.with(other.url(), "aethercast", browser.reads("Origin", APP))) {
      assertTrue(live.ask("hello").containsKey("ok"));
      JsonObject played = live.ask("play", "podcast", "p1", "positionMs", 0);
      assertFalse(played.encode().contains("s1"), played::encode);
      for (String topic : new String[] {"session", "playback"}) {
        JsonObject watched = live.ask("watch", "topic", topic);
        assertTrue(watched.containsKey("ok"), watched::encode);
        JsonObject news = live.next();
        assertFalse(news.encode().contains("s1"), news::encode);
      }
      node.patch(SELF, "{\"preferences\":{\"n\":1}}", browser.changes());
      JsonObject news = live.next();
      assertEquals("self", news.getJsonObject("data").getString("id"), news::encode);
      JsonObject others = live.ask("watch", "topic", "history/s2");
      assertEquals("other-session", others.getJsonObject("error").getString("code"));
      node.request("DELETE", SELF, "", browser.changes());
      assertTrue(live.closed().endsWith("session-ended"), live.closed());
    }
  }

  @Test
  void aTicketOfACookie_doesNotShowTheSession() throws Exception {
    Holder browser = opened("s1");
    String ticket =
        new JsonObject(node.post(SELF + "/ticket", "", browser.changes()).body())
            .getString("ticket");
    try (LiveSocket live = LiveSocket.open(other.url(), "?ticket=" + ticket)) {
      assertTrue(live.ask("hello").containsKey("ok"));
      assertTrue(live.ask("watch", "topic", "session").containsKey("ok"));
      assertEquals("self", live.next().getJsonObject("data").getString("id"));
    }
  }

  @Test
  void histories_areThoseOfSelf() throws Exception {
    String[] council = {"/api/v1/council/sessions?cookie=true", "/api/v1/council/sessions/self"};
    Holder browser = Holder.of(node.post(council[0], "{\"id\":\"c1\"}", service));
    try (LiveSocket live = LiveSocket.with(other.url(), "council", browser.reads())) {
      assertTrue(live.ask("hello", "session", "self").containsKey("ok"));
      assertTrue(live.ask("watch", "topic", "history/self").containsKey("ok"));
      live.next();
      HttpResponse<String> said =
          node.post(
              council[1] + "/history",
              "{\"role\":\"user\",\"content\":\"Hello\"}",
              browser.changes());
      assertEquals(201, said.statusCode(), said::body);
      JsonObject news = live.next();
      assertEquals("history/self", news.getString("topic"));
      JsonArray messages = news.getJsonObject("data").getJsonArray("messages");
      assertEquals("Hello", messages.getJsonObject(0).getString("content"));
    }
  }
}
