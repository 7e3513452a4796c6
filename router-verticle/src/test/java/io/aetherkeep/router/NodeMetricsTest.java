package io.aetherkeep.router;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.catalogue.ProviderAsks.ListProviders;
import io.aetherkeep.catalogue.ProviderAsks.ProviderHealth;
import io.aetherkeep.catalogue.ProviderAsks.ProviderList;
import io.aetherkeep.catalogue.ProviderAsks.Status;
import io.aetherkeep.catalogue.SessionListAsks.ReadSessionStats;
import io.aetherkeep.catalogue.SessionListAsks.SessionStats;
import io.aetherkeep.router.settings.RouterSettings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Metrics of a node with two event loops. */
final class NodeMetricsTest {

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(3));
  private final Bus bus = Bus.on(vertx, Protocol.TYPES, Duration.ofSeconds(20));
  private final Neighbour neighbour = new Neighbour(bus);
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final List<Integer> ports = new CopyOnWriteArrayList<>();

  @BeforeEach
  void deploy() throws Exception {
    await(vertx.deployVerticle(neighbour));
    Supplier<RouterVerticle> routers =
        RouterVerticle.instances(
            bus, RouterSettings.of(Map.of("aethercast", 1 << 20)), meters, ports::add);
    await(vertx.deployVerticle(routers.get()));
    await(vertx.deployVerticle(routers.get()));
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  /** Scrapes on a new connection, which the next event loop gets. */
  private String scrape(int router) throws IOException {
    String request = RunningRouter.head("GET", "/metrics") + "\r\n";
    return RawAnswer.to(ports.get(router), request.getBytes(StandardCharsets.US_ASCII)).body();
  }

  private static Future<?> unknown(Ask<?> ask) {
    return Future.failedFuture(Failure.of(Code.ENTRY_UNKNOWN, "No answer to " + ask));
  }

  private void sessions(long live) {
    neighbour.answersAll(
        ask ->
            ask instanceof ReadSessionStats
                ? Future.succeededFuture(new SessionStats("aethercast", live, live))
                : unknown(ask));
  }

  private void providers(String... ids) {
    List<ProviderHealth> all = Stream.of(ids).map(NodeMetricsTest::provider).toList();
    neighbour.answersAll(
        ask ->
            ask instanceof ListProviders
                ? Future.succeededFuture(new ProviderList(all, null))
                : unknown(ask));
  }

  private static ProviderHealth provider(String id) {
    return new ProviderHealth(
        id, Status.HEALTHY, 1, 5, null, null, 1, 0, 5L, 5L, 5L, null, "", false, null, false, null);
  }

  @Test
  void aProviderThatIsNoLongerListed_hasNoMetrics() throws Exception {
    providers("openai", "gone");
    assertTrue(scrape(0).contains("provider=\"gone\""));
    neighbour.answersAll(NodeMetricsTest::unknown);
    assertTrue(scrape(1).contains("provider=\"gone\""));
    providers("openai");
    String text = scrape(1);
    assertFalse(text.contains("provider=\"gone\""), text);
    assertTrue(text.contains("provider=\"openai\""), text);
    providers("openai", "gone");
    assertTrue(scrape(0).contains("provider=\"gone\""));
  }

  @Test
  void aScrapeOnAnyLoop_returnsThePresentValues() throws Exception {
    for (int i = 1; i <= 4; i++) {
      sessions(i);
      String text = scrape(i % 2);
      String live = "aetherkeep_sessions_live{space=\"aethercast\"} " + i + ".0\n";
      assertTrue(text.contains(live), text);
      String reads = "aetherkeep_sessions_near_reads_total{space=\"aethercast\"} " + i + ".0\n";
      assertTrue(text.contains(reads), text);
    }
  }

  /** The answer to the first scrape arrives after that to the second. */
  @Test
  void twoScrapesAtOnce_setNoCounterBack() throws Exception {
    Queue<Long> answered = new ConcurrentLinkedQueue<>();
    neighbour.answersAll(
        ask -> {
          if (!(ask instanceof ReadSessionStats)) {
            return unknown(ask);
          }
          boolean first = answered.isEmpty();
          long count = first ? 5 : 10;
          answered.add(count);
          SessionStats stats = new SessionStats("aethercast", 1, count);
          return first
              ? vertx.timer(300, TimeUnit.MILLISECONDS).map(stats)
              : Future.succeededFuture(stats);
        });
    CompletableFuture<String> slow = scraping(0);
    Awaitility.await().until(() -> !answered.isEmpty());
    scraping(1).get(20, TimeUnit.SECONDS);
    slow.get(20, TimeUnit.SECONDS);
    assertEquals(
        Collections.max(answered).doubleValue(),
        meters.get("aetherkeep_sessions_near_reads").functionCounter().count());
  }

  private CompletableFuture<String> scraping(int router) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return scrape(router);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
