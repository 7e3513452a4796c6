package io.aetherkeep.bench;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;

/**
 * The plainest server of streams: each event loop keeps its responses in a list, and what is put is
 * written to all of them. No Redis, no ids, no order, no second node.
 */
final class BareStreams {

  private static final String CHANGES = "changes";

  private BareStreams() {}

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

    private final List<HttpServerResponse> responses = new ArrayList<>();

    @Override
    public Future<?> start() {
      vertx.eventBus().<Buffer>localConsumer(CHANGES, change -> writeToAll(change.body()));
      return vertx
          .createHttpServer()
          .requestHandler(this::handle)
          .listen(-1, "127.0.0.1")
          .onSuccess(open -> System.out.println("bare ready on " + open.actualPort()));
    }

    private void handle(HttpServerRequest request) {
      if (request.method().equals(HttpMethod.PUT)) {
        request
            .body()
            .onSuccess(
                body -> {
                  vertx.eventBus().publish(CHANGES, body);
                  request.response().setStatusCode(204).end();
                });
        return;
      }
      HttpServerResponse response = request.response().setChunked(true);
      response.putHeader("Content-Type", "text/event-stream");
      response.write("retry: 1000\n\n");
      responses.add(response);
      response.closeHandler(closed -> responses.remove(response));
    }

    private void writeToAll(Buffer document) {
      Buffer frame =
          Buffer.buffer("event: status\ndata: ").appendBuffer(document).appendString("\n\n");
      responses.forEach(response -> response.write(frame));
    }
  }
}
