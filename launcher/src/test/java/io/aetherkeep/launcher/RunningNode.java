package io.aetherkeep.launcher;

import io.aetherkeep.launcher.reload.SettingsFile;
import io.aetherkeep.launcher.settings.Settings;
import io.aetherkeep.launcher.settings.SettingsSource;
import io.aetherkeep.testing.Certificate;
import io.aetherkeep.testing.ClusterLane;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whole node in this JVM, used through a foreign client. It has long timeouts for busy machines;
 * tests of timeouts set their own.
 */
public final class RunningNode implements AutoCloseable {

  static final Map<String, String> PATIENCE =
      Map.of(
          "AETHERKEEP_REDIS_TIMEOUT",
          "10s",
          "AETHERKEEP_REDIS_CONNECT_TIMEOUT",
          "5s",
          "AETHERKEEP_HTTP_REQUEST_DEADLINE",
          "20s",
          "AETHERKEEP_HTTP_HEAD_TIMEOUT",
          "60s",
          "AETHERKEEP_HTTP_BODY_TIMEOUT",
          "60s");

  private final Aetherkeep node;
  private final HttpClient client;

  private RunningNode(Aetherkeep node, HttpClient.Builder client) {
    this.node = node;
    this.client = client.version(HttpClient.Version.HTTP_1_1).build();
  }

  /** Starts with a certificate, which its client trusts. */
  static RunningNode overTls(Certificate certificate, Map<String, String> environment)
      throws Exception {
    Map<String, String> all = new HashMap<>(environment);
    all.put("AETHERKEEP_HTTP_PORT", "0");
    PATIENCE.forEach(all::putIfAbsent);
    all.put("AETHERKEEP_HTTP_TLS_CERTIFICATE", certificate.chain().toString());
    all.put("AETHERKEEP_HTTP_TLS_KEY", certificate.key().toString());
    return new RunningNode(
        Aetherkeep.start(Settings.of(SettingsSource.of(null, all))),
        HttpClient.newBuilder().sslContext(certificate.trusting()));
  }

  /** Starts with settings from environment variables; the default port is a free one. */
  public static RunningNode start(Map<String, String> environment) {
    return start(null, environment);
  }

  /** Starts with the settings of a file too. */
  static RunningNode start(@Nullable Path file, Map<String, String> environment) {
    return start(file, environment, 0);
  }

  /** Starts on the port of a closed node. */
  static RunningNode again(RunningNode closed, Map<String, String> environment) {
    return start(null, environment, URI.create(closed.url()).getPort());
  }

  private static RunningNode start(@Nullable Path file, Map<String, String> environment, int port) {
    Map<String, String> all = new HashMap<>(ClusterLane.settings(environment));
    all.putIfAbsent("AETHERKEEP_HTTP_PORT", Integer.toString(port));
    PATIENCE.forEach(all::putIfAbsent);
    // A data directory of its own, so that no node executes another test's promised invalidations.
    if (all.containsKey("AETHERKEEP_REDIS_URL")) {
      all.putIfAbsent("AETHERKEEP_DATA_DIR", "target/data-" + UUID.randomUUID());
    }
    SettingsFile source = new SettingsFile(file, all);
    return new RunningNode(Aetherkeep.start(source.load(), source), HttpClient.newBuilder());
  }

  Aetherkeep node() {
    return node;
  }

  String url() {
    return node.url();
  }

  public HttpResponse<String> get(String path, String... headers) throws Exception {
    return send(request(path, headers).GET());
  }

  HttpResponse<String> put(String path, String json, String... headers) throws Exception {
    return send(
        request(path, headers)
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(json)));
  }

  public HttpResponse<String> post(String path, String json, String... headers) throws Exception {
    return send(
        request(path, headers)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json)));
  }

  HttpResponse<String> patch(String path, String json, String... headers) throws Exception {
    return send(
        request(path, headers)
            .header("Content-Type", "application/merge-patch+json")
            .method("PATCH", BodyPublishers.ofString(json)));
  }

  HttpResponse<String> delete(String path) throws Exception {
    return send(request(path).DELETE());
  }

  HttpResponse<String> request(String method, String path, String body, String... headers)
      throws Exception {
    return send(
        request(path, headers)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
  }

  private HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path));
    return headers.length == 0 ? request : request.headers(headers);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  @Override
  public void close() {
    node.close();
  }
}
