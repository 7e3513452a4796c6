package io.aetherkeep.router;

import static io.aetherkeep.testing.Futures.await;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.router.settings.RouterSettings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * JUnit extension that runs the real router beside a {@link Neighbour}, for all tests of a class.
 */
public final class RunningRouter
    implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {

  static final String TOPICS = "/api/v1/aethercast/caches/topic";
  static final String SESSIONS = "/api/v1/aethercast/sessions";
  static final String PROVIDERS = "/api/v1/council/providers";

  private final Supplier<RouterSettings> chosen;
  private Duration deadline = Duration.ofSeconds(20);
  private RouterSettings settings;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private Vertx vertx;
  private Neighbour neighbour;
  private String deployment;
  private volatile int port;
  private volatile int managementPort;

  private RunningRouter(Supplier<RouterSettings> chosen) {
    this.chosen = chosen;
  }

  static RunningRouter usual() {
    return with(RouterSettings.of(Map.of("aethercast", 1 << 20)));
  }

  static RunningRouter with(RouterSettings settings) {
    return with(() -> settings);
  }

  /** Uses settings that are created when the class is ready, with its directory for example. */
  static RunningRouter with(Supplier<RouterSettings> chosen) {
    return new RunningRouter(chosen);
  }

  /** Sets another deadline of asks, which usually is longer than a busy machine needs. */
  RunningRouter within(Duration other) {
    deadline = other;
    return this;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    vertx = Vertx.vertx();
    settings = chosen.get();
    Bus bus = Bus.on(vertx, Protocol.TYPES, deadline);
    neighbour = new Neighbour(bus);
    await(vertx.deployVerticle(neighbour));
    RouterVerticle router =
        RouterVerticle.instances(
                bus, settings, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), ports())
            .get();
    deployment = await(vertx.deployVerticle(router));
  }

  private PortListener ports() {
    return new PortListener() {
      @Override
      public void listening(int open) {
        port = open;
      }

      @Override
      public void managing(int open) {
        managementPort = open;
      }
    };
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    neighbour.forget();
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    await(vertx.close());
  }

  Neighbour neighbour() {
    return neighbour;
  }

  int port() {
    return port;
  }

  int managementPort() {
    return managementPort;
  }

  /** An answer after a delay. */
  <T> Future<T> after(Duration delay, T answer) {
    return vertx.timer(delay.toMillis(), TimeUnit.MILLISECONDS).map(answer);
  }

  Future<Void> undeploy() {
    return vertx.undeploy(deployment);
  }

  private String url() {
    return (settings.listener().isTls() ? "https" : "http") + "://127.0.0.1:" + port;
  }

  HttpRequest.Builder to(String address) {
    return HttpRequest.newBuilder(URI.create(url() + address)).timeout(Duration.ofSeconds(60));
  }

  /** A PUT of JSON. */
  HttpRequest.Builder put(String address, String json) {
    return json("PUT", address, json);
  }

  HttpRequest.Builder json(String method, String address, String json) {
    return to(address)
        .header("Content-Type", "application/json")
        .method(method, HttpRequest.BodyPublishers.ofString(json));
  }

  /** Sends a request without a body. */
  HttpResponse<String> send(String method, String address)
      throws IOException, InterruptedException {
    return send(to(address).method(method, HttpRequest.BodyPublishers.noBody()));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  CompletableFuture<HttpResponse<String>> sending(HttpRequest.Builder request) {
    return client.sendAsync(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  HttpResponse<String> get(String address) throws IOException, InterruptedException {
    return send(to(address));
  }

  /** Sends raw text, one byte for each character. */
  RawAnswer raw(String request) throws IOException {
    return RawAnswer.to(port, request.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** The request line and the Host header, without the empty line. */
  static String head(String method, String address) {
    return method + " " + address + " HTTP/1.1\r\nHost: localhost\r\n";
  }
}
