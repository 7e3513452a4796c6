package io.aetherkeep.bench.baseline;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Baseline of WebSockets: each event loop keeps its sockets in a list and writes each PUT to all of
 * them. No sessions, no heartbeat, no bounds, no second node.
 */
public final class BareSockets implements Bare.Part {

  private static final String CHANGES = "changes";

  private final List<ServerWebSocket> sockets = new ArrayList<>();

  private BareSockets() {}

  public static void run() {
    Bare.run(BareSockets::new);
  }

  @Override
  public Future<HttpServer> server(Vertx vertx) {
    vertx
        .eventBus()
        .<String>localConsumer(
            CHANGES, change -> sockets.forEach(one -> one.writeTextMessage(change.body())));
    HttpServerOptions options =
        new HttpServerOptions()
            .setWebSocketSubProtocols(List.of("aetherkeep.v1"))
            .setPerMessageWebSocketCompressionSupported(false)
            .setPerFrameWebSocketCompressionSupported(false);
    return Future.succeededFuture(
        vertx
            .createHttpServer(options)
            .webSocketHandler(this::add)
            .requestHandler(request -> put(vertx, request)));
  }

  /** Answers the first message, so that the client knows when it is registered. */
  private void add(ServerWebSocket socket) {
    sockets.add(socket);
    socket.closeHandler(closed -> sockets.remove(socket));
    socket.textMessageHandler(text -> socket.writeTextMessage("{\"event\":\"begun\"}"));
  }

  private static void put(Vertx vertx, HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body -> {
              vertx.eventBus().publish(CHANGES, body.toString(StandardCharsets.UTF_8));
              request.response().setStatusCode(204).end();
            });
  }
}
