package io.aetherkeep.bench;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The plainest server of WebSockets: each event loop keeps its sockets in a list, and what is put
 * is written to all of them. No sessions, no heartbeat, no bounds, no second node.
 */
final class BareSockets {

  private static final String CHANGES = "changes";

  private BareSockets() {}

  static void run() {
    int loops = Runtime.getRuntime().availableProcessors();
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(loops)
                .setPreferNativeTransport(true)
                .setDisableTCCL(true));
    vertx
        .deployVerticle(Loop::new, new DeploymentOptions().setInstances(loops))
        .onFailure(
            thrown -> {
              System.err.println("the bare server cannot start: " + thrown.getMessage());
              System.exit(1);
            });
  }

  private static final class Loop extends VerticleBase {

    private final List<ServerWebSocket> sockets = new ArrayList<>();

    @Override
    public Future<?> start() {
      vertx
          .eventBus()
          .<String>localConsumer(
              CHANGES, change -> sockets.forEach(one -> one.writeTextMessage(change.body())));
      HttpServerOptions options =
          new HttpServerOptions()
              .setWebSocketSubProtocols(List.of("aetherkeep.v1"))
              .setPerMessageWebSocketCompressionSupported(false)
              .setPerFrameWebSocketCompressionSupported(false);
      return vertx
          .createHttpServer(options)
          .webSocketHandler(this::add)
          .requestHandler(this::put)
          .listen(-1, "127.0.0.1")
          .onSuccess(open -> System.out.println("bare ready on " + open.actualPort()));
    }

    /** Answers once, so that a client knows when it is there. */
    private void add(ServerWebSocket socket) {
      sockets.add(socket);
      socket.closeHandler(closed -> sockets.remove(socket));
      socket.textMessageHandler(text -> socket.writeTextMessage("{\"event\":\"begun\"}"));
    }

    private void put(HttpServerRequest request) {
      request
          .body()
          .onSuccess(
              body -> {
                vertx.eventBus().publish(CHANGES, body.toString(StandardCharsets.UTF_8));
                request.response().setStatusCode(204).end();
              });
    }
  }
}
