package io.aetherkeep.bench.baseline;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.util.function.Supplier;

/** Baseline runner: a plain server on every event loop, on one shared port. */
final class Bare {

  /** Server of one event loop. */
  interface Part {
    /** Creates the server, which does not listen yet. */
    Future<HttpServer> server(Vertx vertx);
  }

  private Bare() {}

  static void run(Supplier<Part> parts) {
    int loops = Runtime.getRuntime().availableProcessors();
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(loops)
                .setPreferNativeTransport(true)
                .setDisableTCCL(true));
    vertx
        .deployVerticle(() -> new Loop(parts.get()), new DeploymentOptions().setInstances(loops))
        .onFailure(
            thrown -> {
              System.err.println("the bare server cannot start: " + thrown.getMessage());
              System.exit(1);
            });
  }

  /** Returns the options of a server: HTTP/2 over TLS if the environment names a certificate. */
  static HttpServerOptions options() {
    String certificate = System.getenv("TLS_CERTIFICATE");
    String key = System.getenv("TLS_KEY");
    return certificate == null || key == null
        ? new HttpServerOptions()
        : new HttpServerOptions()
            .setSsl(true)
            .setUseAlpn(true)
            .setKeyCertOptions(new PemKeyCertOptions().addCertPath(certificate).addKeyPath(key));
  }

  private static final class Loop extends VerticleBase {

    private final Part part;

    Loop(Part part) {
      this.part = part;
    }

    @Override
    public Future<?> start() {
      return part.server(vertx)
          .compose(server -> server.listen(-1, "127.0.0.1"))
          .onSuccess(open -> System.out.println("bare ready on " + open.actualPort()));
    }
  }
}
