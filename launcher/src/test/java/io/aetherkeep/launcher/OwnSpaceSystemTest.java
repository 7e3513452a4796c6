package io.aetherkeep.launcher;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A space and keyspaces declared by settings alone, on every interface of two nodes. */
@ExtendWith(RedisExtension.class)
class OwnSpaceSystemTest {

  private static final String LIBRARY =
      """
      spaces:
        aethercast: false
        council: false
        content: false
        library:
          database: 3
          prefix: "lib:"
          built-in-caches: false
          keyspaces:
            book: { pattern: "book:{id}", ttl: 1h }
            shelf: { pattern: "shelf:{room}:{number}", ttl: never }
            shelves: { pattern: "shelf:all", ttl: 10m }
            user: { pattern: "user:{id}", ttl: 5m, origin: bus }
            reader: { pattern: "reader:{id}", ttl: 1h, layout: hash }
            loan: { pattern: "loan:{id}", ttl: 5m, layout: hash, origin: bus }
            remark: { pattern: "remark:{id}", ttl: 1h, layout: text }
            blurb: { pattern: "blurb:{id}", ttl: 5m, layout: text, origin: bus }
            html: { pattern: "html:{id}", ttl: 5m, layout: text, origin: "http://127.0.0.1:PORT/{id}" }
      """;

  private static final String API = "/api/v1/library";

  private static RunningNode node;
  private static RunningNode other;
  private static ForeignClient redis;
  private static HttpServer pages;

  /** System of record, and a caller without the jar. */
  public static final class Records extends VerticleBase {

    private static volatile JsonObject answered = new JsonObject();

    /** A document of 540 KB, whose parsing on an event loop is refused by an assertion. */
    private static JsonObject large() {
      JsonObject large = new JsonObject();
      IntStream.range(0, 8_000).forEach(i -> large.put("member-" + i, "x".repeat(50)));
      return large;
    }

    /** Answers a large document, once it is written as an entry too. */
    private void copyLarge(Message<JsonObject> ask) {
      JsonObject write = ask.body().copy().put("keyspace", "book").put("value", large());
      vertx
          .eventBus()
          .request("aetherkeep.write-entry", write)
          .onSuccess(written -> ask.reply(new JsonObject().put("value", large())))
          .onFailure(thrown -> ask.fail(500, String.valueOf(thrown.getMessage())));
    }

    @Override
    public Future<?> start() {
      Future<Void> answers =
          vertx
              .eventBus()
              .<JsonObject>consumer(
                  "aetherkeep.origin.user",
                  ask -> {
                    JsonArray ids = ask.body().getJsonArray("ids");
                    if (ids.contains("large")) {
                      copyLarge(ask);
                    } else {
                      ask.reply(new JsonObject().put("value", new JsonObject().put("of", ids)));
                    }
                  })
              .completion();
      Future<Void> loans =
          vertx
              .eventBus()
              .<JsonObject>consumer(
                  "aetherkeep.origin.loan",
                  ask ->
                      ask.reply(
                          new JsonObject()
                              .put("value", new JsonObject().put("days", 14).put("by", "ada"))))
              .completion();
      Future<Void> blurbs =
          vertx
              .eventBus()
              .<JsonObject>consumer(
                  "aetherkeep.origin.blurb",
                  ask -> {
                    boolean number = ask.body().getJsonArray("ids").contains("number");
                    ask.reply(new JsonObject().put("value", number ? 7 : "\"Ah\"\nthat"));
                  })
              .completion();
      JsonObject ask =
          new JsonObject().put("space", "library").put("keyspace", "book").put("ids", List.of("b"));
      return Future.all(answers, loans, blurbs)
          .compose(
              listening ->
                  vertx
                      .eventBus()
                      .<JsonObject>request("aetherkeep.write-entry", ask.copy().put("value", 7)))
          .compose(written -> vertx.eventBus().<JsonObject>request("aetherkeep.read-entry", ask))
          .onSuccess(entry -> answered = entry.body());
    }
  }

  @BeforeAll
  static void start(@TempDir Path folder, RedisServer server) throws IOException {
    pages = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    pages.createContext("/", OwnSpaceSystemTest::page);
    pages.start();
    String port = Integer.toString(pages.getAddress().getPort());
    Path file = new Configured(folder).file(LIBRARY.replace("PORT", port));
    Map<String, String> environment =
        Map.of(
            "AETHERKEEP_REDIS_URL",
            server.url(),
            "AETHERKEEP_BESIDE_VERTICLES",
            Records.class.getName());
    node = RunningNode.start(file, environment);
    other = RunningNode.start(file, environment);
    redis = server.foreign(3);
  }

  private static void page(HttpExchange exchange) throws IOException {
    byte[] page = "<p>\u00c9t\u00e9 \"7\"</p>\n".getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "text/html");
    exchange.sendResponseHeaders(200, page.length);
    exchange.getResponseBody().write(page);
    exchange.close();
  }

  @AfterAll
  static void stop() {
    pages.stop(0);
    other.close();
    node.close();
    redis.close();
  }

  private static String status(HttpResponse<String> answer) {
    return answer.headers().firstValue("Cache-Status").orElse("");
  }

  @Test
  void anEntry_standsUnderItsPatternForItsLifetime() throws Exception {
    assertEquals(201, node.put(API + "/caches/book/b1", "{\"t\" : 1}").statusCode());
    assertEquals("{\"t\" : 1}", redis.text("GET", "lib:book:b1"));
    assertTrue(redis.number("TTL", "lib:book:b1") > 3590);
    assertEquals("{\"t\" : 1}", other.get(API + "/caches/book/b1").body());
    assertEquals(201, node.put(API + "/caches/shelf/r1/2", "[]").statusCode());
    assertEquals(-1, redis.number("PTTL", "lib:shelf:r1:2"));
    assertEquals(201, node.put(API + "/caches/shelves", "[1]").statusCode());
    assertEquals(
        "{\"found\":{\"b1\":{\"t\" : 1}},\"missing\":[\"x\"]}",
        node.get(API + "/caches/book?id=b1&id=x").body());
  }

  @Test
  void whatAnotherServiceWrites_isSeenPastTheNearCaches() throws Exception {
    for (String path : List.of("/caches/book/near", "/caches/shelf/near/1", "/caches/shelves")) {
      String key = "lib:" + path.substring(8).replace("shelves", "shelf/all").replace('/', ':');
      redis.send("SETEX", key, "60", "1");
      for (RunningNode each : List.of(node, other)) {
        await().until(() -> status(each.get(API + path)).endsWith("detail=near"));
      }
      redis.send("SETEX", key, "60", "2");
      for (RunningNode each : List.of(node, other)) {
        await().until(() -> each.get(API + path).body().equals("2"));
      }
    }
  }

  @Test
  void invalidations_reachItByIdPatternAndTag() throws Exception {
    for (String id : List.of("i1", "i2", "j1")) {
      node.put(API + "/caches/book/" + id, "1", "Cache-Tags", "loan");
    }
    String path = API + "/caches/invalidate";
    String one = "{\"matched\":1,\"removed\":1}";
    assertEquals(one, node.post(path, "{\"keyspace\":\"book\",\"pattern\":\"j*\"}").body());
    assertEquals(one, other.post(path, "{\"keyspace\":\"book\",\"ids\":[\"i1\"]}").body());
    assertEquals(one, other.post(path, "{\"tag\":\"loan\"}").body());
  }

  @Test
  void aTag_reachesAnEntryThatDoesNotExpire() throws Exception {
    node.put(API + "/caches/shelf/r7/1", "1", "Cache-Tags", "oak");
    assertEquals(-1, redis.number("PTTL", "lib:shelf:r7:1"));
    assertEquals(
        "{\"matched\":1,\"removed\":1}",
        other.post(API + "/caches/invalidate", "{\"tag\":\"oak\"}").body());
    assertEquals(0, redis.number("EXISTS", "lib:shelf:r7:1"));
  }

  @Test
  void aMiss_isAnsweredFromItsOrigin() throws Exception {
    HttpResponse<String> loaded = node.get(API + "/caches/user/u1");
    assertEquals("{\"of\":[\"u1\"]}", loaded.body());
    assertTrue(status(loaded).contains("detail=origin"), status(loaded));
    assertTrue(redis.number("TTL", "lib:user:u1") > 200);
    assertEquals("{\"of\":[\"u1\"]}", other.get(API + "/caches/user/u1").body());
  }

  @Test
  void largeDocumentsOnTheBus_areNotParsedOnAnEventLoop() throws Exception {
    assertEquals(Records.large().encode(), node.get(API + "/caches/user/large").body());
    assertEquals(Records.large().encode(), node.get(API + "/caches/book/large").body());
  }

  @Test
  void aHash_isWrittenReadAndTaggedLikeAString() throws Exception {
    String path = API + "/caches/reader/h1";
    HttpResponse<String> written =
        node.put(path, "{\"name\": \"Ada\", \"langs\": [\"en\"]}", "Cache-Tags", "hashes");
    assertEquals(201, written.statusCode(), written::body);
    assertEquals("hash", redis.text("TYPE", "lib:reader:h1"));
    assertEquals("Ada", redis.text("HGET", "lib:reader:h1", "name"));
    assertTrue(redis.number("TTL", "lib:reader:h1") > 3000);
    HttpResponse<String> read = other.get(path);
    assertEquals("{\"langs\":[\"en\"],\"name\":\"Ada\"}", read.body());
    String tag = read.headers().firstValue("ETag").orElseThrow();
    assertEquals(tag, written.headers().firstValue("ETag").orElseThrow());
    assertEquals(304, node.get(path, "If-None-Match", tag).statusCode());
    redis.send("HSET", "lib:reader:h1", "name", "Grace");
    for (RunningNode each : List.of(node, other)) {
      await().until(() -> each.get(path).body().equals("{\"langs\":[\"en\"],\"name\":\"Grace\"}"));
    }
    assertEquals(412, node.put(path, "{\"a\":\"b\"}", "If-Match", tag).statusCode());
    String now = node.get(path).headers().firstValue("ETag").orElseThrow();
    assertEquals(204, node.put(path, "{\"a\":\"b\"}", "If-Match", now).statusCode());
    assertEquals(
        "{\"found\":{\"h1\":{\"a\":\"b\"}},\"missing\":[\"h2\"]}",
        node.get(API + "/caches/reader?id=h1&id=h2").body());
    HttpResponse<String> number = node.put(path, "{\"pages\": 7}");
    assertEquals(422, number.statusCode());
    assertTrue(number.body().contains("unsupported-value"), number::body);
    HttpResponse<String> removed =
        other.post(API + "/caches/invalidate", "{\"keyspace\":\"reader\",\"ids\":[\"h1\"]}");
    assertEquals("{\"matched\":1,\"removed\":1}", removed.body());
    await().until(() -> node.get(path).statusCode() == 404);
  }

  @Test
  void aHashOfItsOrigin_isKeptWithItsStaleCopy() throws Exception {
    String path = API + "/caches/loan/l1";
    assertEquals("{\"by\":\"ada\",\"days\":\"14\"}", node.get(path).body());
    assertEquals("14", redis.text("HGET", "lib:loan:l1", "days"));
    assertTrue(redis.number("TTL", "lib:loan:l1") > 200);
    String copy = "lib:stale:{lib:loan:l1}";
    assertEquals("[\"by\",\"ada\",\"days\",\"14\"]", redis.text("HGET", copy, "pairs"));
    // A change of the entry's end alone moves the copy's; another value drops the copy.
    redis.send("EXPIRE", "lib:loan:l1", "100");
    await().until(() -> other.get(path).statusCode() == 200);
    assertEquals(1, redis.number("EXISTS", copy));
    redis.send("HSET", "lib:loan:l1", "days", "7");
    await().until(() -> other.get(path).body().equals("{\"by\":\"ada\",\"days\":\"7\"}"));
    await().until(() -> redis.number("EXISTS", copy) == 0);
  }

  @Test
  void aText_isStoredWithoutTheFormOfJson_andReadFromForeignWriters() throws Exception {
    String html = "<h1 class=\"big\">\u00c9t\u00e9 \ud83d\ude00</h1>\n\\";
    String path = API + "/caches/remark/n1";
    HttpResponse<String> written = text(path, "text/html", html, "Cache-Tags", "texts");
    assertEquals(201, written.statusCode(), written::body);
    assertEquals(html, redis.text("GET", "lib:remark:n1"));
    assertTrue(redis.number("TTL", "lib:remark:n1") > 3000);
    HttpResponse<String> read = other.get(path);
    assertEquals(html, read.body());
    assertEquals(
        "text/plain; charset=utf-8", read.headers().firstValue("Content-Type").orElseThrow());
    String tag = read.headers().firstValue("ETag").orElseThrow();
    assertEquals(tag, written.headers().firstValue("ETag").orElseThrow());
    assertEquals(304, node.get(path, "If-None-Match", tag).statusCode());
    for (RunningNode each : List.of(node, other)) {
      await().until(() -> status(each.get(path)).endsWith("detail=near"));
    }
    redis.send("SET", "lib:remark:n1", "42 %");
    for (RunningNode each : List.of(node, other)) {
      await().until(() -> each.get(path).body().equals("42 %"));
    }
    assertEquals(412, text(path, "text/plain", "x", "If-Match", tag).statusCode());
    String now = node.get(path).headers().firstValue("ETag").orElseThrow();
    assertEquals(204, text(path, "text/plain; charset=UTF-8", "", "If-Match", now).statusCode());
    await().until(() -> other.get(path).body().isEmpty());
    assertEquals(204, node.put(path, "\"a\\u0022b\"", "Cache-Tags", "texts").statusCode());
    assertEquals("a\"b", redis.text("GET", "lib:remark:n1"));
    assertEquals(
        "{\"found\":{\"n1\":\"a\\\"b\"},\"missing\":[\"n2\"]}",
        node.get(API + "/caches/remark?id=n1&id=n2").body());
    assertEquals("a\"b", ctl("cache", "get", "remark", "n1"));
    assertEquals("\"a\\\"b\"", ctl("--json", "cache", "get", "remark", "n1"));
    assertEquals(
        "{\"matched\":1,\"removed\":1}",
        other.post(API + "/caches/invalidate", "{\"tag\":\"texts\"}").body());
    await().until(() -> node.get(path).statusCode() == 404);
  }

  private static String ctl(String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    List<String> all = new ArrayList<>(List.of("ctl", "--url", node.url(), "--space", "library"));
    all.addAll(List.of(words));
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    assertEquals(0, Main.run(all, Map.of(), print, print, (settings, demo) -> {}), out::toString);
    return out.toString(StandardCharsets.UTF_8).strip();
  }

  @Test
  void whatIsNoText_isRefused() throws Exception {
    String path = API + "/caches/remark/refused";
    for (String json : List.of("7", "{\"a\":1}", "null", "\"\\ud800\"")) {
      HttpResponse<String> answer = node.put(path, json);
      assertEquals(422, answer.statusCode(), json + answer.body());
      assertTrue(answer.body().contains("unsupported-value"), answer::body);
    }
    assertEquals(415, text(path, "application/x-www-form-urlencoded", "a").statusCode());
    assertEquals(415, text(path, "text/plain; charset=latin1", "a").statusCode());
    assertEquals(415, text(API + "/caches/book/text", "text/plain", "1").statusCode());
    redis.send(
        "EVAL", "return redis.call('SET', KEYS[1], string.char(255))", "1", "lib:remark:bytes");
    HttpResponse<String> answer = node.get(API + "/caches/remark/bytes");
    assertEquals(422, answer.statusCode(), answer::body);
    assertTrue(answer.body().contains("unreadable-value"), answer::body);
    assertEquals(
        "{\"found\":{},\"missing\":[],\"unreadable\":[\"bytes\"]}",
        node.get(API + "/caches/remark?id=bytes").body());
  }

  @Test
  void aTextWhereJsonIsExpected_isRefusedWithTheSettingThatReadsIt() throws Exception {
    redis.send("SET", "lib:book:plain", "<p>");
    HttpResponse<String> answer = node.get(API + "/caches/book/plain");
    assertEquals(422, answer.statusCode(), answer::body);
    assertTrue(answer.body().contains("layout 'text'"), answer::body);
  }

  @Test
  void theLimitOfAText_isThatOfItsBytes() throws Exception {
    String path = API + "/caches/remark/large";
    assertEquals(201, text(path, "text/plain", "\"".repeat(1 << 20)).statusCode());
    assertEquals("\"".repeat(1 << 20), other.get(path).body());
    assertEquals(413, text(path, "text/plain", "\"".repeat((1 << 20) + 1)).statusCode());
  }

  @Test
  void aTextOfItsOrigin_isKeptWithItsStaleCopy() throws Exception {
    assertEquals("\"Ah\"\nthat", node.get(API + "/caches/blurb/b1").body());
    assertEquals("\"Ah\"\nthat", redis.text("GET", "lib:blurb:b1"));
    assertEquals("\"Ah\"\nthat", redis.text("HGET", "lib:stale:{lib:blurb:b1}", "value"));
    assertEquals("7", node.get(API + "/caches/blurb/number").body());
    assertEquals("7", redis.text("GET", "lib:blurb:number"));
    assertEquals("<p>\u00c9t\u00e9 \"7\"</p>\n", other.get(API + "/caches/html/p1").body());
    assertEquals("<p>\u00c9t\u00e9 \"7\"</p>\n", redis.text("GET", "lib:html:p1"));
    // An entry that expired is served from its copy while it is renewed.
    redis.send("PEXPIRE", "lib:html:p1", "1");
    await().until(() -> redis.number("EXISTS", "lib:html:p1") == 0);
    await().until(() -> node.get(API + "/caches/html/p1").body().endsWith("</p>\n"));
  }

  private static HttpResponse<String> text(String path, String type, String text, String... headers)
      throws Exception {
    String[] all = Arrays.copyOf(headers, headers.length + 2);
    all[headers.length] = "Content-Type";
    all[headers.length + 1] = type;
    return node.request("PUT", path, text, all);
  }

  @Test
  void aHashThatIsAString_isNamedByItsKey() throws Exception {
    redis.send("SET", "lib:reader:string", "1");
    HttpResponse<String> answer = node.get(API + "/caches/reader/string");
    assertEquals(422, answer.statusCode(), answer::body);
    assertEquals(
        "{\"found\":{},\"missing\":[\"string\"]}",
        node.get(API + "/caches/reader?id=string").body());
  }

  @Test
  void theBus_knowsItWithoutAJar() {
    assertEquals(7, Records.answered.getValue("value"));
  }

  @Test
  void cachesOfTheCatalogue_areNotThere() throws Exception {
    HttpResponse<String> answer = node.get(API + "/caches/topic/t1");
    assertEquals(404, answer.statusCode());
    assertTrue(answer.body().contains("keyspace-unknown"), answer.body());
    assertEquals(404, node.get("/api/v1/aethercast/caches/topic/t1").statusCode());
  }

  @Test
  void statisticsMetricsAndCensus_nameIt() throws Exception {
    node.put(API + "/caches/book/counted", "1");
    assertEquals(200, node.get(API + "/caches/book/counted").statusCode());
    List<String> rows =
        new JsonObject(node.get(API + "/stats/caches").body())
            .getJsonArray("items").stream()
                .map(row -> ((JsonObject) row).getString("keyspace"))
                .toList();
    assertEquals(
        List.of("book", "shelf", "shelves", "user", "reader", "loan", "remark", "blurb", "html"),
        rows);
    assertTrue(node.get("/metrics").body().contains("keyspace=\"book\""));
    await().until(() -> node.get("/health/redis").body().contains("\"book\":"));
  }

  @Test
  void openApi_listsItByItsNumberOfIds() throws Exception {
    JsonObject parameters =
        new JsonObject(node.get("/openapi.json").body())
            .getJsonObject("components")
            .getJsonObject("parameters");
    assertTrue(names(parameters, "AnyKeyspace").contains("book"));
    assertTrue(names(parameters, "KeyspaceWithoutIds").contains("shelves"));
    assertTrue(names(parameters, "KeyspaceOfOneId").contains("book"));
    assertTrue(names(parameters, "KeyspaceOfTwoIds").contains("shelf"));
  }

  private static JsonArray names(JsonObject parameters, String name) {
    return parameters.getJsonObject(name).getJsonObject("schema").getJsonArray("enum");
  }

  @Test
  void aValueOfAnotherType_isNamedByItsKey_andNothingElseIs() throws Exception {
    redis.send("SET", "lib:book:right", "1");
    redis.send("HSET", "lib:book:wrong", "a", "1");
    HttpResponse<String> answer = node.get(API + "/caches/book/wrong");
    assertEquals(422, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains("lib:book:wrong\""), answer.body());
    assertEquals("1", node.get(API + "/caches/book/right").body());
  }

  @Test
  void sessionsStatusesConfigsProvidersAndStreams_areThereToo() throws Exception {
    assertEquals(
        201, node.post(API + "/sessions", "{\"id\":\"s1\",\"userId\":\"u\"}").statusCode());
    assertEquals("string", redis.text("TYPE", "lib:session:s1"));
    assertEquals(200, other.get(API + "/sessions/s1").statusCode());
    assertTrue(node.put(API + "/status/crawl/c1", "{\"status\":\"running\"}").statusCode() < 300);
    assertEquals(200, other.get(API + "/status/crawl/c1").statusCode());
    assertTrue(node.put(API + "/configs/opening-hours", "{\"from\":9}").statusCode() < 300);
    assertEquals("{\"from\":9}", other.get(API + "/configs/opening-hours").body());
    assertEquals(
        200,
        node.post(API + "/providers/p1/outcomes", "{\"success\":true,\"latencyMs\":5}")
            .statusCode());
    assertTrue(node.put(API + "/streams/answer", "\"a\"").statusCode() < 300);
    assertEquals("a", new JsonArray(other.get(API + "/streams/answer").body()).getString(0));
  }
}
