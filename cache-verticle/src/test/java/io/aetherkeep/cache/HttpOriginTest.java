package io.aetherkeep.cache;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.cache.settings.CacheSettings;
import io.aetherkeep.cache.settings.CacheSettings.Declarations;
import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.CacheAsks.Source;
import io.aetherkeep.keyspace.Dialect;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cache misses are loaded from an HTTP service. */
class HttpOriginTest extends CacheDeployment {

  private static final Vertx SERVICE = Vertx.vertx();
  private static final ConcurrentLinkedQueue<String> ASKED = new ConcurrentLinkedQueue<>();
  private static final AtomicReference<String> CONTROL = new AtomicReference<>("");
  private static HttpServer server;

  @BeforeAll
  static void start() throws Exception {
    server =
        await(
            SERVICE
                .createHttpServer()
                .requestHandler(HttpOriginTest::answer)
                .listen(0, "127.0.0.1"));
  }

  private static void answer(HttpServerRequest request) {
    ASKED.add(request.uri());
    switch (request.path()) {
      case "/topics/gone" -> request.response().setStatusCode(404).end("{}");
      case "/topics/refused" -> request.response().setStatusCode(400).end("{}");
      case "/topics/broken" -> request.response().setStatusCode(500).end("{}");
      case "/topics/cut" ->
          request
              .response()
              .putHeader("Content-Length", "9")
              .write("{")
              .onComplete(w -> request.connection().close());
      case "/topics/words" -> request.response().end("no json");
      case "/topics/large" -> request.response().end('"' + "x".repeat(MAX_VALUE_BYTES) + '"');
      case "/topics/huge" -> request.response().end("x".repeat(8 * MAX_VALUE_BYTES));
      case "/topics/short" ->
          request.response().putHeader("Cache-Control", "public, max-age=60").end("1");
      case "/topics/never" -> {}
      case "/topics/control" ->
          request
              .response()
              .putHeader("Cache-Control", CONTROL.get())
              .putHeader("Age", "10")
              .end("" + ASKED.size());
      default -> request.response().end("{\"path\":\"" + request.path() + "\"}");
    }
  }

  @AfterAll
  static void stop() throws Exception {
    await(SERVICE.close());
  }

  @Override
  protected CacheSettings settings() {
    CacheSettings usual = CacheSettings.usual();
    String base = "http://127.0.0.1:" + server.actualPort();
    return new CacheSettings(
        usual.near(),
        patientLoading(),
        usual.postgres(),
        Map.of(
            "aethercast",
            new Declarations(
                Dialect.AETHERCAST,
                "",
                Map.of(
                    "topic", base + "/topics/{id}",
                    "snippet-page", base + "/topics/{topic}/pages?page={page}",
                    "user", "http://127.0.0.1:1/nobody/{id}"))));
  }

  @Test
  void get_fillsTheTemplateWithEncodedIds() throws Exception {
    Entry entry = read("topic", "a/b?c=é");
    assertEquals(Source.ORIGIN, entry.source());
    assertTrue(ASKED.contains("/topics/a%2Fb%3Fc%3D%C3%A9"), ASKED::toString);
    read("snippet-page", "t1", "2");
    assertTrue(ASKED.contains("/topics/t1/pages?page=2"), ASKED::toString);
  }

  @Test
  void anIdOfDots_doesNotClimb() throws Exception {
    read("topic", "..");
    assertTrue(ASKED.contains("/topics/%2E%2E"), ASKED::toString);
  }

  @Test
  void maxAge_isTheLifetime() throws Exception {
    read("topic", "short");
    long left = foreign.number("PTTL", "cache:topic:short");
    assertTrue(left > 50_000 && left <= 60_000, () -> left + " ms");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no-store",
        "private",
        "public, max-age=60, no-store",
        "Private, max-age=60",
        "max-age=0",
        "max-age=10",
        "max-age=60, s-maxage=0",
        "no-cache, max-age=60",
        "max-age=soon"
      })
  void whatTheServiceWantsNotToBeKept_isNeitherStoredNorServedAgain(String control)
      throws Exception {
    CONTROL.set(control);
    Entry first = read("topic", "control");
    assertEquals(Source.UNSTORED, first.source());
    assertEquals(0, first.ttlSeconds());
    assertEquals(Set.of(), keys(foreign));
    assertNotEquals(first.value(), read("topic", "control").value());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max-age=70                             | 60",
        "max-age=7000, s-maxage=70              | 60",
        "max-age=\"70\"                         | 60",
        "max-age=70, private=\"x-user\"         | 60",
        "public                                 | 3600"
      })
  void whatTheServiceSays_isTheLifetimeLessItsAge(String control, long seconds) throws Exception {
    CONTROL.set(control);
    assertEquals(Source.ORIGIN, read("topic", "control").source());
    long left = foreign.number("PTTL", "cache:topic:control");
    assertTrue(left > seconds * 890 && left <= seconds * 1000, () -> left + " ms");
  }

  @Test
  void zeroWithStaleWhileRevalidate_isServedStaleWhileItIsRenewed() throws Exception {
    CONTROL.set("max-age=0, stale-while-revalidate=60");
    Entry first = read("topic", "control");
    assertEquals(0, foreign.number("EXISTS", "cache:topic:control"));
    long left = foreign.number("PTTL", "stale:{cache:topic:control}");
    assertTrue(left > 50_000 && left <= 60_000, () -> left + " ms");
    Entry stale = read("topic", "control");
    assertEquals(Source.STALE, stale.source());
    assertEquals(first.value(), stale.value());
    Awaitility.await().until(() -> !read("topic", "control").value().equals(first.value()));
  }

  @Test
  void mustRevalidate_leavesNoStaleCopy() throws Exception {
    CONTROL.set("max-age=60, must-revalidate");
    read("topic", "control");
    assertEquals(Set.of("cache:topic:control", "note:{cache:topic:control}"), keys(foreign));
  }

  @Test
  void notFound_isNothing() throws Exception {
    assertRefused(Code.ENTRY_UNKNOWN, reading("topic", "gone"));
  }

  @Test
  void whatIsNoAnswer_isAClear503() throws Exception {
    for (String bad : new String[] {"broken", "cut", "words", "large"}) {
      assertRefused(Code.ORIGIN_UNAVAILABLE, reading("topic", bad));
    }
    assertRefused(Code.ORIGIN_UNAVAILABLE, reading("user", "7"));
    assertEquals(0, foreign.number("EXISTS", "cache:topic:broken", "cache:topic:words"));
  }

  @Test
  void aBodyThatIsTooLarge_isRefusedWithTheLimit() {
    for (String id : new String[] {"large", "huge"}) {
      ExecutionException thrown = assertThrows(ExecutionException.class, () -> read("topic", id));
      assertEquals(
          "The system of record answered with more than " + MAX_VALUE_BYTES + " bytes",
          Failure.from(thrown.getCause()).detail());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"large", "refused", "words"})
  void anAnswerThatCannotBeUsed_leavesOtherIdsToBeLoaded(String bad) throws Exception {
    int most = CacheSettings.usual().loading().breakerFailures();
    for (int i = 0; i <= most; i++) {
      foreign.send("FLUSHDB");
      assertRefused(Code.ORIGIN_UNAVAILABLE, reading("topic", bad));
    }
    assertEquals(Source.ORIGIN, read("topic", "good").source());
  }

  @Test
  void aServiceThatNeverAnswers_isGivenUpInTime() throws Exception {
    assertRefused(Code.ORIGIN_UNAVAILABLE, reading("topic", "never"));
  }
}
