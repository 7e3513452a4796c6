package io.aetherkeep.bench;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;

/** A Vert.x router that answers one path with a constant: what no cache can be faster than. */
final class ConstantServer {

  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");

  private ConstantServer() {}

  static void run(String value) {
    int loops = Runtime.getRuntime().availableProcessors();
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(loops)
                .setPreferNativeTransport(true)
                .setDisableTCCL(true));
    Buffer constant = Buffer.buffer(value);
    vertx
        .deployVerticle(() -> new Loop(constant), new DeploymentOptions().setInstances(loops))
        .onFailure(
            thrown -> {
              System.err.println("the constant server cannot start: " + thrown.getMessage());
              System.exit(1);
            });
  }

  private static final class Loop extends VerticleBase {

    private final Buffer constant;

    Loop(Buffer constant) {
      this.constant = constant;
    }

    @Override
    public Future<?> start() {
      Router router = Router.router(vertx);
      router
          .get("/api/v1/:space/caches/:keyspace/:id")
          .handler(
              context -> {
                context.response().headers().set(HttpHeaders.CONTENT_TYPE, JSON);
                context.response().end(constant);
              });
      return vertx
          .createHttpServer()
          .requestHandler(router)
          .listen(-1, "127.0.0.1")
          .onSuccess(open -> System.out.println("bare ready on " + open.actualPort()));
    }
  }
}
