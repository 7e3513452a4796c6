package io.aetherkeep.router;

import static io.aetherkeep.testing.Futures.await;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Event;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.router.access.identity.AccessSettings;
import io.aetherkeep.router.settings.ListenerSettings;
import io.aetherkeep.router.settings.RealtimeSettings;
import io.aetherkeep.router.settings.RouterSettings;
import io.aetherkeep.testing.Certificate;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** JUnit extension that runs the real router and its sockets beside a {@link Realm}. */
final class RunningRealtime implements BeforeEachCallback, AfterEachCallback {

  private final RealtimeSettings settings;
  private Duration watchEvery = Duration.ofMillis(50);
  private Vertx vertx;

  /** Referenced, because Vert.x closes a client when it is garbage-collected. */
  private HttpClient client;

  private Bus bus;
  private AccessSettings access = AccessSettings.OPEN;
  private InstantSource clock = InstantSource.system();
  private Supplier<@Nullable Certificate> certificates = () -> null;
  private @Nullable Certificate certificate;
  private Realm realm;
  private String deployment;
  private volatile int port;

  RunningRealtime(RealtimeSettings settings) {
    this.settings = settings;
  }

  /** Default settings with short timeouts. */
  static RealtimeSettings patience(Duration heartbeat, Duration helloWithin, int queueLimit) {
    return new RealtimeSettings(
        heartbeat, helloWithin, Duration.ofMillis(200), Duration.ofMillis(300), queueLimit, 50, 4);
  }

  /** Settings that admit pages of another origin. */
  private ListenerSettings listener() {
    ListenerSettings usual = ListenerSettings.USUAL;
    return new ListenerSettings(
        usual.headTimeout(),
        usual.connectionsPerAddress(),
        List.of("https://allowed.example"),
        certificate == null ? null : certificate.chain(),
        certificate == null ? null : certificate.key(),
        usual.managementHost(),
        usual.managementPort());
  }

  /** Requires credentials. */
  RunningRealtime asking(AccessSettings credentials) {
    access = credentials;
    return this;
  }

  /** Uses TLS, with a certificate that exists when a test begins. */
  RunningRealtime over(Supplier<Certificate> shown) {
    certificates = shown;
    return this;
  }

  /** Polls watched topics at another interval. */
  RunningRealtime watching(Duration every) {
    watchEvery = every;
    return this;
  }

  /** Uses another clock for credentials. */
  RunningRealtime at(InstantSource other) {
    clock = other;
    return this;
  }

  static RunningRealtime usual() {
    return new RunningRealtime(patience(Duration.ofSeconds(25), Duration.ofSeconds(10), 1 << 20));
  }

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    start();
  }

  void start() throws Exception {
    vertx = Vertx.vertx();
    client = vertx.createHttpClient();
    certificate = certificates.get();
    bus = Bus.on(vertx, Protocol.TYPES, Duration.ofSeconds(20));
    realm = new Realm(bus);
    await(vertx.deployVerticle(realm));
    RouterSettings router =
        RouterSettings.of(Map.of("aethercast", 1 << 20))
            .with(settings, watchEvery)
            .with(listener(), access);
    deployment =
        await(
            vertx.deployVerticle(
                RouterVerticle.instances(
                        bus,
                        router,
                        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                        open -> port = open,
                        clock)
                    .get()));
    realm.sessions.add("s1");
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    stop();
  }

  void stop() throws Exception {
    await(vertx.close());
  }

  Vertx vertx() {
    return vertx;
  }

  Realm realm() {
    return realm;
  }

  int port() {
    return port;
  }

  void publish(Event event) {
    bus.publish(event);
  }

  void undeploy() throws Exception {
    await(vertx.undeploy(deployment));
  }

  SocketClient open() throws Exception {
    return SocketClient.open(vertx, port);
  }

  /** Opens a socket and sends the hello. */
  SocketClient greeted(String session) throws Exception {
    SocketClient client = open();
    client.hello(session);
    return client;
  }

  HttpClientResponse get(String address, Map<String, String> headers) throws Exception {
    return await(
        client
            .request(
                new RequestOptions()
                    .setMethod(HttpMethod.GET)
                    .setHost("127.0.0.1")
                    .setPort(port)
                    .setURI(address))
            .compose(
                request -> {
                  headers.forEach(request::putHeader);
                  return request.send();
                }));
  }

  String metrics() throws Exception {
    HttpClientResponse response = get("/metrics", Map.of());
    return await(response.body()).toString();
  }
}
