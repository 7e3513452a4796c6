package io.aetherkeep.bench.baseline;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;

/** Upper bound of any cache: a Vert.x router that answers one path with a constant. */
public record ConstantServer(Buffer constant) implements Bare.Part {

  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");

  public static void run(String value) {
    Buffer constant = Buffer.buffer(value);
    Bare.run(() -> new ConstantServer(constant));
  }

  @Override
  public Future<HttpServer> server(Vertx vertx) {
    Router router = Router.router(vertx);
    router
        .get("/api/v1/:space/caches/:keyspace/:id")
        .handler(
            context -> {
              context.response().headers().set(HttpHeaders.CONTENT_TYPE, JSON);
              context.response().end(constant);
            });
    return Future.succeededFuture(vertx.createHttpServer().requestHandler(router));
  }
}
