package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.launcher.ctl.CtlCommand;
import io.aetherkeep.launcher.ctl.CtlException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ctl command against a server that fails at moments at which a real node seldom does. */
class CtlOutageTest {

  @TempDir private Path directory;

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

  @Test
  void anEdit_isWritten_alsoIfItsVersionCannotBeRead() throws Exception {
    answers =
        (request, before) -> {
          switch (before) {
            case 0 -> request.response().putHeader("ETag", "\"1\"").end("{\"volume\": 30}");
            case 1 -> request.response().setStatusCode(204).end();
            default -> request.response().setStatusCode(503).end("{\"detail\": \"away\"}");
          }
        };
    Path name = directory.resolve("name");
    Path editor = directory.resolve("editor.sh");
    Files.writeString(editor, "echo \"$1\" > %s; sed -i s/30/60/ \"$1\"".formatted(name));
    environment.put("EDITOR", "sh " + editor);
    CtlException thrown = assertThrows(CtlException.class, () -> run("config", "edit", "player"));
    assertTrue(thrown.getMessage().startsWith("Wrote player, but"), thrown.getMessage());
    assertFalse(Files.exists(Path.of(Files.readString(name).strip())), "the file to edit");
  }
}
