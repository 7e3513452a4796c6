package io.aetherkeep.router;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.catalogue.StatusAsks.ReadStatus;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.document.Document;
import io.aetherkeep.router.settings.RouterSettings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The age of a status is computed by the clock that writes its times. */
class StatusAgeTest {

  private static final Instant WRITTEN = Instant.parse("2001-02-03T04:05:06Z");

  @Test
  void age_isByTheClockOfTheSpace() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      Bus bus = Bus.on(vertx, Protocol.TYPES, Duration.ofSeconds(20));
      await(bus.answer(ReadStatus.class, ask -> Future.succeededFuture(status())));
      AtomicInteger port = new AtomicInteger();
      await(
          vertx.deployVerticle(
              RouterVerticle.instances(
                      bus,
                      RouterSettings.of(Map.of()),
                      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                      port::set,
                      space -> () -> WRITTEN.plusSeconds(space.equals("council") ? 7 : 42))
                  .get()));
      assertEquals("42", age(port.get(), "aethercast"));
      assertEquals("7", age(port.get(), "council"));
    } finally {
      await(vertx.close());
    }
  }

  private static Status status() {
    String at = WRITTEN.toString();
    Document document = Document.of("{\"status\":\"running\"}");
    return new Status(
        "aethercast",
        "crawl",
        "c1",
        document,
        false,
        1,
        "1-0",
        null,
        at,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  private static String age(int port, String space) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port + "/api/v1/" + space + "/status/crawl/c1");
    HttpRequest request = HttpRequest.newBuilder(uri).build();
    return HttpClient.newHttpClient()
        .send(request, BodyHandlers.ofString())
        .headers()
        .firstValue("age")
        .orElse("");
  }
}
