package io.aetherkeep.launcher;

import static org.awaitility.Awaitility.await;
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
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ctl command against a server that fails at moments at which a real node seldom does. */
class CtlOutageTest {

  private static final String OK = "{\"re\": %d, \"ok\": {}}";

  @TempDir private Path directory;

  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server =
      vertx.createHttpServer(
          new HttpServerOptions().setWebSocketSubProtocols(List.of("aetherkeep.v1")));
  private final Map<String, String> environment = new HashMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private @Nullable Thread running;

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
    if (running != null) {
      running.interrupt();
      running.join();
    }
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

  private void begin(String... words) {
    running = new Thread(() -> run(words));
    running.start();
  }

  private void awaitOut(String text) {
    await()
        .atMost(30, TimeUnit.SECONDS)
        .untilAsserted(() -> assertTrue(out().contains(text), out()));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Answers the hello and, from the given number on, the watches of a socket. */
  private static void serve(ServerWebSocket socket, AtomicInteger watches, int refused) {
    socket.textMessageHandler(
        text -> {
          JsonObject frame = new JsonObject(text);
          int id = frame.getInteger("id");
          if (frame.getString("op").equals("watch") && watches.getAndIncrement() < refused) {
            String error =
                "{\"code\": \"redis-unavailable\", \"detail\": \"away\", \"retry\": true}";
            socket.writeTextMessage("{\"re\": %d, \"error\": %s}".formatted(id, error));
          } else {
            socket.writeTextMessage(OK.formatted(id));
            if (frame.containsKey("topic")) {
              socket.writeTextMessage(
                  "{\"topic\": \"%s\", \"data\": 7}".formatted(frame.getString("topic")));
            }
          }
        });
  }

  @Test
  void aRefusedWatch_isRepeated() {
    AtomicInteger watches = new AtomicInteger();
    server.webSocketHandler(socket -> serve(socket, watches, 1));
    begin("tail", "providers", "config/player");
    awaitOut("config/player 7");
    awaitOut("-- refused: away");
    awaitOut("providers 7");
  }

  @Test
  void aRefusedHandshake_isRepeatedAfterALostSocket() {
    AtomicInteger sockets = new AtomicInteger();
    server.webSocketHandshakeHandler(
        handshake -> {
          if (sockets.getAndIncrement() == 1) {
            handshake.reject(503);
          } else {
            handshake.accept();
          }
        });
    server.webSocketHandler(
        socket -> {
          if (sockets.get() == 1) {
            socket.close();
          } else {
            serve(socket, new AtomicInteger(), 0);
          }
        });
    begin("tail", "providers");
    awaitOut("-- lost: ");
    awaitOut("providers 7");
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
