package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.launcher.ctl.CtlCommand;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The ctl command against a server that fails at moments at which a real node seldom does. */
class CtlOutageTest {

  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server =
      vertx.createHttpServer(
          new HttpServerOptions().setWebSocketSubProtocols(List.of("aetherkeep.v1")));
  private final Map<String, String> environment = new HashMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Answers of the server by the number of requests before. */
  private BiConsumer<HttpServerRequest, Integer> answers =
      (request, before) -> request.response().end("{\"ticket\": \"t\"}");

  @BeforeEach
  void prepare() {
    AtomicInteger requests = new AtomicInteger();
    server.requestHandler(request -> answers.accept(request, requests.getAndIncrement()));
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private void run(String... words) {
    int port =
        server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join().actualPort();
    environment.put("AETHERKEEP_URL", "http://127.0.0.1:" + port);
    environment.put("AETHERKEEP_SPACE", "aethercast");
    CtlCommand.run(
        List.of(words),
        environment,
        ByteArrayInputStream.nullInputStream(),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        () -> {});
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void anEventThatIsCutOff_isReadAgainAsAWhole() {
    answers =
        (request, before) -> {
          switch (before) {
            case 0 -> request.response().end("id: 1\nevent: status\ndata: 1\n\nid: 2\ndata: 2\n");
            case 1 -> {
              String last = request.getHeader("Last-Event-ID");
              request.response().end("event: after-%s\ndata: 2\n\n".formatted(last));
            }
            default -> request.response().setStatusCode(204).end();
          }
        };
    run("status", "watch", "crawl", "c1");
    assertEquals(List.of("status 1", "after-1 2"), out().lines().toList());
  }
}
