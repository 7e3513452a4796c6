package io.aetherkeep.launcher.tracing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.aetherkeep.launcher.RunningNode;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Traces as a collector receives them: real OTLP over HTTP. */
class TracingTest {

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  @TempDir Path data;
  private HttpServer collector;

  /** All requests, byte for byte as Latin-1: the names in them are ASCII. */
  private final Queue<String> received = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void collect() throws IOException {
    collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext(
        "/v1/traces",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          boolean packed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
          received.add(
              new String(
                  packed
                      ? new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes()
                      : body,
                  StandardCharsets.ISO_8859_1));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
  }

  @AfterEach
  void stop() {
    collector.stop(0);
  }

  private String endpoint() {
    return "http://127.0.0.1:" + collector.getAddress().getPort() + "/v1/traces";
  }

  private RunningNode start() {
    return RunningNode.start(
        Map.of("AETHERKEEP_DATA_DIR", data.toString(), "AETHERKEEP_TRACING_ENDPOINT", endpoint()));
  }

  @Test
  void request_isTracedThroughTheBusAndRedisUnderItsCallersTrace() throws Exception {
    try (RunningNode node = start()) {
      String parent = "00-" + TRACE + "-b7ad6b7169203331-01";
      assertEquals(
          404, node.get("/api/v1/aethercast/caches/topic/t1", "traceparent", parent).statusCode());
    }
    String trace = new String(HexFormat.of().parseHex(TRACE), StandardCharsets.ISO_8859_1);
    assertTrue(String.join("", received).contains(trace), "the caller's trace");
    assertTrue(String.join("", received).contains("/caches/topic/t1"), "the request");
    assertTrue(String.join("", received).contains("aetherkeep.read-entry"), "the ask");
    assertTrue(String.join("", received).contains("db.operation.name"), "the command");
  }

  @Test
  void sessionsId_isNotSentToTheCollector() throws Exception {
    try (RunningNode node = start()) {
      node.post("/api/v1/council/sessions", "{\"id\": \"secret-of-its-bearer\"}");
      assertEquals(200, node.get("/api/v1/council/sessions/secret-of-its-bearer").statusCode());
    }
    assertTrue(String.join("", received).contains("/sessions/*"), "the request");
    assertFalse(String.join("", received).contains("secret-of-its-bearer"), "the id");
  }

  @Test
  void idInAPathWithEncodedLetters_isNotSentToTheCollector() throws Exception {
    String space = "/api/v1/council";
    try (RunningNode node = start()) {
      node.post(space + "/sessions", "{\"id\": \"secret-of-its-bearer\"}");
      assertEquals(200, node.get(space + "/%73ession%73/secret-of-its-bearer").statusCode());
      assertEquals(200, node.get(space + "/us%65rs/a-person/sessions").statusCode());
      node.get(space + "/sessions%2fsecret-of-its-bearer");
      node.get(space + "/%2573essions/secret-of-its-bearer");
    }
    String all = String.join("", received);
    assertTrue(all.contains("/%73ession%73/*"), "the request");
    assertTrue(all.contains("/us%65rs/*/sessions"), "the request");
    assertFalse(all.contains("secret-of-its-bearer"), "the id");
    assertFalse(all.contains("a-person"), "the user");
  }

  @Test
  void query_isSentWithoutItsValues() throws Exception {
    String space = "/api/v1/council";
    try (RunningNode node = start()) {
      node.get(space + "/realtime?ticket=secret-ticket");
      node.get(space + "/users/a-person/sessions?x=1&except=secret-session");
      node.get(space + "/sockets?session=secret-session");
    }
    String all = String.join("", received);
    assertTrue(all.contains("/users/*/sessions?x=*&except=*"), "the request");
    assertFalse(all.contains("secret-ticket"), "the ticket");
    assertFalse(all.contains("secret-session"), "the session");
    assertFalse(all.contains("a-person"), "the user");
  }

  @Test
  void redisErrorReply_isSentWithoutArguments() {
    MaskingSpanExporter exporter =
        new MaskingSpanExporter(OtlpHttpSpanExporter.builder().setEndpoint(endpoint()).build());
    try (SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
            .build()) {
      Span span = provider.get("test").spanBuilder("Command").startSpan();
      span.recordException(
          new IllegalStateException(
              "ERR unknown command 'HSETEX', with args beginning with: 'session:secret' "));
      span.end();
    }
    String all = String.join("", received);
    assertTrue(all.contains("ERR unknown command 'HSETEX'"), all);
    assertTrue(all.contains("\tat "), "the stack trace");
    assertFalse(all.contains("session:secret"), all);
  }
}
