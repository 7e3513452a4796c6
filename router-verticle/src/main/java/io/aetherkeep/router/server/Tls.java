package io.aetherkeep.router.server;

import io.aetherkeep.router.access.WatchedFile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/** The server's certificate, shown anew once its file is another. */
record Tls(Path certificate, Path key) {

  private static final System.Logger LOG = System.getLogger(Tls.class.getName());
  private static final Set<String> PROTOCOLS = Set.of("TLSv1.2", "TLSv1.3");

  /** Speaks TLS from now on, and HTTP/2 with those who do. */
  HttpServerOptions on(HttpServerOptions options) {
    return options
        .setSsl(true)
        .setUseAlpn(true)
        .setEnabledSecureTransportProtocols(PROTOCOLS)
        .setKeyCertOptions(files());
  }

  private PemKeyCertOptions files() {
    return new PemKeyCertOptions().setCertPath(certificate.toString()).setKeyPath(key.toString());
  }

  /** Follows the certificate, which whoever renews both writes last. */
  Future<Void> follow(Vertx vertx, HttpServer server, Duration every) {
    return WatchedFile.follow(vertx, certificate, every, bytes -> show(server));
  }

  private void show(HttpServer server) {
    ServerSSLOptions fresh =
        new ServerSSLOptions()
            .setUseAlpn(true)
            .setEnabledSecureTransportProtocols(PROTOCOLS)
            .setKeyCertOptions(files());
    server
        .updateSSLOptions(fresh, true)
        .onFailure(
            thrown ->
                LOG.log(
                    System.Logger.Level.ERROR,
                    "{0} cannot be shown, the one before is: {1}",
                    certificate,
                    thrown.getMessage()));
  }
}
