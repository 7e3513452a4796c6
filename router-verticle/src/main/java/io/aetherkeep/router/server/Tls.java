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

/** TLS certificate of a server, reloaded when its file changes. */
record Tls(Path certificate, Path key) {

  private static final System.Logger LOG = System.getLogger(Tls.class.getName());
  private static final Set<String> PROTOCOLS = Set.of("TLSv1.2", "TLSv1.3");

  /** Enables TLS, and HTTP/2 by ALPN. */
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

  /** Reloads both files when the certificate changes; a renewal must write the certificate last. */
  Future<Void> follow(Vertx vertx, HttpServer server, Duration every) {
    return WatchedFile.follow(vertx, certificate, every, bytes -> reload(server));
  }

  private void reload(HttpServer server) {
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
                    "TLS certificate {0} could not be loaded, the previous one stays in use: {1}",
                    certificate,
                    thrown.getMessage()));
  }
}
