package io.aetherkeep.cache;

import static io.aetherkeep.testing.Futures.await;

import io.aetherkeep.cache.settings.CacheSettings;
import io.aetherkeep.cache.settings.CacheSettings.Declarations;
import io.aetherkeep.cache.settings.CacheSettings.Loading;
import io.aetherkeep.keyspace.Dialect;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Deployment with a system of record, for one or two nodes. */
abstract class OriginDeployment extends CacheDeployment {

  protected static final String KEY = "cache:topic:a";
  protected static final String STALE = "stale:{" + KEY + "}";
  protected static final Duration WINDOW = Duration.ofHours(1);

  protected final FakeRecords records = new FakeRecords();
  protected final Vertx second = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));

  @Override
  protected CacheSettings settings() {
    CacheSettings usual = CacheSettings.usual();
    return new CacheSettings(
        usual.near(),
        new Loading(
            Duration.ofMillis(100),
            Duration.ofSeconds(5),
            Duration.ofMillis(900),
            Duration.ofSeconds(30),
            WINDOW,
            Duration.ofSeconds(10),
            Duration.ofMillis(1),
            10,
            10,
            3,
            Duration.ofHours(1)),
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

  /** Loads once, because the first load of a JVM may exceed an origin's timeout. */
  protected void loadOnce(Object value) {
    records.has("a", value);
    Awaitility.await().ignoreExceptions().until(() -> read("topic", "a") != null);
  }
}
