package io.aetherkeep.bench.baseline;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;

/**
 * Baseline of event streams: each event loop keeps its responses in a list and writes each PUT to
 * all of them. No Redis, no ids, no order, no second node.
 */
public final class BareStreams implements Bare.Part {

  private static final String CHANGES = "changes";

  private final List<HttpServerResponse> responses = new ArrayList<>();

  private BareStreams() {}

  public static void run() {
    Bare.run(BareStreams::new);
  }

  @Override
  public Future<HttpServer> server(Vertx vertx) {
    vertx.eventBus().<Buffer>localConsumer(CHANGES, change -> writeToAll(change.body()));
    return Future.succeededFuture(
        vertx.createHttpServer().requestHandler(request -> handle(vertx, request)));
  }

  private void handle(Vertx vertx, HttpServerRequest request) {
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
