package io.aetherkeep.cache;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.bus.Code;
import io.aetherkeep.cache.settings.CacheSettings;
import io.aetherkeep.cache.settings.CacheSettings.Declarations;
import io.aetherkeep.keyspace.Dialect;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A reader gives up before the load does, and later ones do not start another. */
class LoadPatienceTest extends CacheDeployment {

  private static final Vertx SERVICE = Vertx.vertx();
  private static final AtomicInteger ASKED = new AtomicInteger();

  private static HttpServer server;

  @BeforeAll
  static void serve() throws Exception {
    server =
        await(
            SERVICE
                .createHttpServer()
                .requestHandler(request -> ASKED.incrementAndGet())
                .listen(0, "127.0.0.1"));
  }

  @AfterAll
  static void stop() throws Exception {
    await(SERVICE.close());
  }

  /**
   * A load may take longer than the bus waits for any answer, so that only patience ends a read.
   */
  @Override
  protected CacheSettings settings() {
    CacheSettings usual = CacheSettings.usual();
    String url = "http://127.0.0.1:" + server.actualPort() + "/{id}";
    return new CacheSettings(
        usual.near(),
        loading(Duration.ofMinutes(2), Duration.ofMillis(500)),
        usual.postgres(),
        Map.of("aethercast", new Declarations(Dialect.AETHERCAST, "", Map.of("topic", url))));
  }

  @Test
  void readersOfALoadThatTakesTooLong_giveUp_andShareIt() throws Exception {
    assertRefused(Code.ORIGIN_UNAVAILABLE, reading("topic", "never"));
    assertRefused(Code.ORIGIN_UNAVAILABLE, reading("topic", "never"));
    Awaitility.await().untilAsserted(() -> assertEquals(1, ASKED.get()));
  }
}
