package io.aetherkeep.router.server;

import io.aetherkeep.router.access.WatchedFile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/** TLS certificate of a server, reloaded with its key when one of the files changes. */
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

  /** Fails unless the files are a certificate and its key, of an algorithm that Vert.x reads. */
  Future<Void> check(Vertx vertx) {
    return vertx.executeBlocking(
        () -> {
          try {
            TlsPair.check(vertx, files());
            return null;
          } catch (IOException e) {
            throw new IOException(
                "TLS certificate %s, key %s: %s".formatted(certificate, key, e.getMessage()), e);
          }
        });
  }

  /**
   * Reloads both files when one of them changes. While they do not match, because a renewal has
   * replaced only one of them, the previous pair stays in use.
   */
  Future<Void> follow(Vertx vertx, HttpServer server, Duration every) {
    WatchedFile.Taker reload = bytes -> reload(vertx, server);
    return WatchedFile.follow(vertx, certificate, every, reload)
        .compose(followed -> WatchedFile.follow(vertx, key, every, reload));
  }

  private void reload(Vertx vertx, HttpServer server) throws IOException {
    PemKeyCertOptions pair =
        new PemKeyCertOptions()
            .setCertValue(Buffer.buffer(Files.readAllBytes(certificate)))
            .setKeyValue(Buffer.buffer(Files.readAllBytes(key)));
    TlsPair.check(vertx, pair);
    ServerSSLOptions fresh =
        new ServerSSLOptions()
            .setUseAlpn(true)
            .setEnabledSecureTransportProtocols(PROTOCOLS)
            .setKeyCertOptions(pair);
    // The same pair is not loaded twice if both files have changed.
    server
        .updateSSLOptions(fresh, false)
        .onFailure(
            thrown ->
                LOG.log(
                    System.Logger.Level.ERROR,
                    "TLS certificate {0} could not be loaded, the previous one stays in use: {1}",
                    certificate,
                    thrown.getMessage()));
  }
}
