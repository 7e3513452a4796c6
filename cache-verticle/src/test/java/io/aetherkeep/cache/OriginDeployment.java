package io.aetherkeep.cache;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.cache.settings.CacheSettings;
import io.aetherkeep.cache.settings.CacheSettings.Declarations;
import io.aetherkeep.cache.settings.CacheSettings.Loading;
import io.aetherkeep.catalogue.CacheAsks.Source;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.settings.Reloadable;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Deployment with a system of record, for one or two nodes. */
abstract class OriginDeployment extends CacheDeployment {

  protected static final String KEY = "cache:topic:a";
  protected static final String STALE = "stale:{" + KEY + "}";
  protected static final Duration WINDOW = Duration.ofHours(1);

  protected final FakeRecords records = new FakeRecords();
  protected final Vertx second = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));

  /** Settings of loads, whose readers wait long, for busy machines. */
  protected final Reloadable<Loading> loading = Reloadable.of(loading(Duration.ofSeconds(20)));

  private static Loading loading(Duration patience) {
    return new Loading(
        Duration.ofMillis(100),
        Duration.ofSeconds(20),
        patience,
        Duration.ofSeconds(30),
        WINDOW,
        Duration.ofSeconds(10),
        Duration.ofMillis(1),
        10,
        10,
        3,
        Duration.ofHours(1));
  }

  @Override
  protected CacheSettings settings() {
    CacheSettings usual = CacheSettings.usual();
    return new CacheSettings(
        usual.near(),
        loading,
        usual.postgres(),
        Map.of(
            "aethercast",
            new Declarations(
                Dialect.AETHERCAST,
                "",
                Map.of("topic", "bus", "metrics", "bus", "podcast", "bus"))));
  }

  @BeforeEach
  void serve() {
    records.serve(vertx, "topic");
  }

  @AfterEach
  void closeSecond() throws Exception {
    records.release();
    await(second.close());
  }

  /** Makes an entry expire some time ago. */
  protected void endFor(Duration ago) {
    foreign.send(
        "EVAL",
        "local time = redis.call('TIME')"
            + " redis.call('HSET', KEYS[2], 'ends', time[1] * 1000 - ARGV[1])"
            + " return redis.call('DEL', KEYS[1])",
        "2",
        KEY,
        STALE,
        ago.toMillis());
  }

  /** Makes readers give up soon. */
  protected void becomeImpatient() {
    loading.become(loading(Duration.ofMillis(900)));
  }

  /** Loads a value, of which a stale copy remains when it expires. */
  protected void loadOnce(Object value) throws Exception {
    records.has("a", value);
    assertEquals(Source.ORIGIN, read("topic", "a").source());
  }
}
