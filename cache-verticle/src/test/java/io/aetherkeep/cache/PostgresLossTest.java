package io.aetherkeep.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.cache.settings.CacheSettings;
import io.aetherkeep.cache.settings.CacheSettings.Declarations;
import io.aetherkeep.cache.settings.CacheSettings.Loading;
import io.aetherkeep.catalogue.CacheAsks.Source;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.testing.FaultyProxy;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An origin recovers after the host of its PostgreSQL has vanished without closing connections. */
class PostgresLossTest extends CacheDeployment {

  private static final Duration HARD = Duration.ofSeconds(2);

  private static EmbeddedPostgres postgres;
  private static FaultyProxy proxy;
  private int id;

  @BeforeAll
  static void start() throws Exception {
    postgres = EmbeddedPostgres.start();
    proxy = new FaultyProxy(postgres.getPort());
  }

  @AfterAll
  static void stop() throws Exception {
    proxy.close();
    postgres.close();
  }

  @Override
  protected CacheSettings settings() {
    CacheSettings usual = CacheSettings.usual();
    Loading loading = usual.loading();
    return new CacheSettings(
        usual.near(),
        new Loading(
            loading.softTimeout(),
            HARD,
            HARD,
            loading.staleWhileRevalidate(),
            loading.staleIfError(),
            loading.absentFor(),
            loading.failedFor(),
            loading.jitterPercent(),
            loading.refreshAheadPercent(),
            loading.breakerFailures(),
            Duration.ofMillis(1)),
        new CacheSettings.Postgres(
            "postgresql://postgres:postgres@127.0.0.1:" + proxy.port() + "/postgres", 1),
        Map.of(
            "aethercast",
            new Declarations(
                Dialect.AETHERCAST, "", Map.of("content", "select to_jsonb($1::text)"))));
  }

  private void loadOne() throws Exception {
    assertEquals(Source.ORIGIN, read("content", "" + id++).source());
  }

  @Test
  void connectionsThatGoSilent_areReplaced() {
    // Each event loop has a connection of its own.
    Awaitility.await()
        .ignoreExceptions()
        .until(
            () -> {
              loadOne();
              return proxy.connections() == 2;
            });
    proxy.vanish();
    Awaitility.await()
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              loadOne();
              assertEquals(2, proxy.connections());
            });
  }
}
