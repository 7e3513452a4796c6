package io.aetherkeep.router;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.router.settings.ListenerSettings;
import io.aetherkeep.router.settings.RouterSettings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Random near misses for everything that the router parses of a request.
 *
 * <p>Each is answered, never with 500, and a refusal is a problem document.
 */
final class FuzzTest {

  private static final KnownCallers CALLERS = KnownCallers.fresh();
  private static final String KEY = CALLERS.key("aethercast");
  private static final AtomicInteger SENT = new AtomicInteger();
  private static final AtomicInteger PORT = new AtomicInteger();
  private static Vertx vertx;

  @BeforeContainer
  static void open() throws Exception {
    vertx = Vertx.vertx();
    Bus bus = Bus.on(vertx, Protocol.TYPES, Duration.ofSeconds(20));
    await(vertx.deployVerticle(new Neighbour(bus)));
    RouterSettings usual = CALLERS.settings();
    ListenerSettings impatient =
        new ListenerSettings(
            Duration.ofMillis(100), 0, usual.listener().origins(), null, null, "::1", -1);
    await(
        vertx.deployVerticle(
            RouterVerticle.instances(
                    bus,
                    usual.with(impatient, usual.access()),
                    new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                    PORT::set)
                .get()));
  }

  @AfterContainer
  static void close() throws Exception {
    assertTrue(SENT.get() > 1000, "" + SENT);
    await(vertx.close());
  }

  /** Text of characters that have a meaning in headers. */
  @Provide
  Arbitrary<String> almost() {
    Arbitrary<String> words =
        Arbitraries.of(
            "max-age",
            "=",
            "no-store",
            "*",
            "W/",
            "\"",
            "\"a\"",
            ",",
            ";",
            " ",
            "\t",
            "-1",
            "0",
            "99999999999999999999",
            "Bearer",
            "bearer ",
            "aek_",
            "aek_0123456789_",
            ".",
            "e30",
            "eyJhbGciOiJub25lIn0",
            "\\",
            "{",
            "}",
            "[",
            "]",
            "null",
            "%",
            "%2e",
            "%zz",
            "\u00e4",
            "\u0080",
            "\u00ff",
            "\u0001",
            "\u007f",
            "a",
            "identity",
            "gzip",
            "chunked",
            "text/event-stream",
            "application/json",
            "charset=utf-7",
            "__proto__",
            "constructor",
            "..",
            "/");
    Arbitrary<String> raw = Arbitraries.strings().withCharRange('\u0001', '\u00ff').ofMaxLength(12);
    return Arbitraries.oneOf(words, raw)
        .filter(word -> word.indexOf('\r') < 0 && word.indexOf('\n') < 0)
        .list()
        .ofMaxSize(8)
        .map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<String> header() {
    return Arbitraries.of(
        "Cache-Control",
        "Cache-Tags",
        "If-None-Match",
        "If-Match",
        "Authorization",
        "X-API-Key",
        "Idempotency-Key",
        "X-Request-Id",
        "Content-Type",
        "Content-Encoding",
        "Accept",
        "Last-Event-ID",
        "Origin",
        "Expect",
        "traceparent",
        "Accept-Encoding",
        "Connection");
  }

  @Provide
  Arbitrary<String> path() {
    Arbitrary<String> parts =
        Arbitraries.oneOf(
            Arbitraries.of(
                "api",
                "v1",
                "aethercast",
                "council",
                "caches",
                "topic",
                "topics",
                "sessions",
                "history",
                "users",
                "status",
                "podcast",
                "providers",
                "health",
                "stats",
                "..",
                ".",
                "%2e%2e",
                "%2F",
                "%00",
                "%",
                "%C3%A4",
                "%FF",
                "*",
                "t1",
                "",
                "?id=a&id=b",
                "?cursor=x",
                "?limit=-1",
                "?touch=maybe",
                "?wait=61",
                "#a",
                "{id}",
                "http:",
                "@",
                "\\",
                "a:b",
                "%0d%0a"),
            Arbitraries.strings().withCharRange('!', '~').ofMaxLength(6));
    return parts.list().ofMinSize(1).ofMaxSize(8).map(all -> "/" + String.join("/", all));
  }

  @Property
  void headers(@ForAll("header") String name, @ForAll("almost") String value, @ForAll boolean write)
      throws IOException {
    String credential = name.equals("Authorization") ? "" : "X-API-Key: " + KEY + "\r\n";
    String rest = write ? "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}" : "\r\n";
    answered(
        (write ? "PUT" : "GET")
            + " /api/v1/aethercast/caches/topic/t1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + credential
            + name
            + ": "
            + value
            + "\r\n"
            + rest);
  }

  @Property
  void paths(@ForAll("path") String path, @ForAll boolean known) throws IOException {
    String address = known ? "/api/v1/aethercast" + path : path;
    answered(
        "GET "
            + address
            + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-API-Key: "
            + KEY
            + "\r\n\r\n");
  }

  @Property
  void cursors(@ForAll("almost") String cursor) throws IOException {
    String encoded = java.net.URLEncoder.encode(cursor, StandardCharsets.UTF_8);
    answered(
        "GET /api/v1/aethercast/sessions?cursor="
            + encoded
            + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-API-Key: "
            + KEY
            + "\r\n\r\n");
  }

  @Property
  void bodies(@ForAll("almost") String body, @ForAll boolean patch) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
    answered(
        (patch
                ? "PATCH /api/v1/aethercast/sessions/s1"
                : "POST /api/v1/aethercast/caches/invalidate")
            + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
            + "X-API-Key: "
            + KEY
            + "\r\nContent-Length: "
            + bytes.length
            + "\r\n\r\n"
            + body);
  }

  @Provide
  Arbitrary<String> noise() {
    Arbitrary<String> pieces =
        Arbitraries.oneOf(
            Arbitraries.of(
                "GET ",
                "PUT ",
                "/",
                " HTTP/1.1",
                " HTTP/1.0",
                "\r\n",
                "\n",
                "\r",
                "Host: localhost",
                ":",
                " ",
                "\t",
                "Content-Length: 3",
                "Transfer-Encoding: chunked",
                "0\r\n\r\n",
                "\r\n\r\n",
                "\u0000",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "\u0016\u0003\u0001"),
            Arbitraries.strings().withCharRange('\u0000', '\u00ff').ofMaxLength(10));
    return Combinators.combine(
            Arbitraries.of("", "GET / HTTP/1.1\r\n", "GET /health/live HTTP/1.1\r\nHost: a\r\n"),
            pieces.list().ofMaxSize(8))
        .as((head, rest) -> head + String.join("", rest));
  }

  /** After bytes that are not a request a connection may end without an answer. */
  @Property
  void bytes(@ForAll("noise") String noise) throws IOException {
    SENT.incrementAndGet();
    try (Socket socket = RawAnswer.open(PORT.get())) {
      socket.getOutputStream().write(noise.getBytes(StandardCharsets.ISO_8859_1));
      socket.shutdownOutput();
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(all.isEmpty() || all.startsWith("HTTP/"), () -> all);
      assertTrue(!all.contains(" 500 "), () -> noise + "\n" + all);
    } catch (java.net.SocketException reset) {
      // As does one that is closed while the test writes.
    }
    health();
  }

  /** Asserts that other connections still work. */
  private static void health() throws IOException {
    byte[] get =
        "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    assertEquals(503, RawAnswer.to(PORT.get(), get).status()); // nobody stands in for that verticle
  }

  private static void answered(String request) throws IOException {
    SENT.incrementAndGet();
    RawAnswer answer = RawAnswer.to(PORT.get(), request.getBytes(StandardCharsets.ISO_8859_1));
    assertTrue(answer.status() != 500, () -> request + "\n" + answer);
    if (answer.status() >= 400 && answer.status() != 503) {
      ProblemDocument.in(answer);
    }
  }
}
