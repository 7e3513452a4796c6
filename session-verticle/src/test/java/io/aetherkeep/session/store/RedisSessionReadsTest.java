package io.aetherkeep.session.store;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisTime;
import io.aetherkeep.session.layout.RedisSessionKeys;
import io.aetherkeep.session.layout.StoredSession;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Uses of a session by facts that a change of its lifetime has made outdated. */
@ExtendWith(RedisExtension.class)
class RedisSessionReadsTest {

  private static final Space SPACE =
      new Space("aethercast", "", Dialect.AETHERCAST, 64 << 10, 1000, Map.of());
  private static final Duration SHORT = Duration.ofSeconds(60);
  private static final Duration LONG = Duration.ofDays(2);

  private final Vertx vertx = Vertx.vertx();
  private ForeignClient foreign;
  private RedisLine line;

  @BeforeEach
  void open(RedisServer redis) throws Exception {
    foreign = redis.foreign(0);
    line =
        await(RedisAccess.open(vertx, 1, Map.of(SPACE, PatientTarget.of(redis.url(), 0))))
            .line(SPACE);
    foreign.send("SET", "session:s1", "{\"user_id\":null}", "EX", 1800);
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
    foreign.close();
  }

  /** Sessions as one event loop knows them. */
  private RedisSessions loop() {
    FactsCache facts = new FactsCache(Duration.ofHours(1), InstantSource.system(), id -> {});
    String ends = new RedisSessionKeys(SPACE).ends(0);
    return new RedisSessions(line, SPACE, ends, facts, RedisTime.of(InstantSource.system()));
  }

  private void assertLifetime(Duration expected) {
    Awaitility.await()
        .untilAsserted(
            () -> {
              long left = foreign.number("PTTL", "session:s1");
              long most = expected.toMillis();
              assertTrue(left <= most && left > most - 50_000, () -> "left: " + left);
            });
  }

  /** A session whose facts a loop knows. */
  private RedisSessions loopThatUsed() throws Exception {
    RedisSessions loop = loop();
    // Redis has the script from now on: otherwise it would run after the commands behind it.
    assertFalse(await(loop.extend("absent", SHORT)));
    assertTrue(await(loop.adopt(await(loop.peek("s1")).orElseThrow(), null)));
    assertTrue(await(loop.use("s1")).orElseThrow().isRegistered());
    return loop;
  }

  @Test
  void aUseBetweenAShorterLifetimeAndItsEvent_keepsTheShorterOne() throws Exception {
    RedisSessions loop = loopThatUsed();
    assertTrue(await(loop().extend("s1", SHORT)));
    await(loop.use("s1"));
    loop.changed("s1");
    assertLifetime(SHORT);
  }

  @Test
  void aUseDuringAShorteningOnTheSameLoop_keepsTheShorterLifetime() throws Exception {
    RedisSessions loop = loopThatUsed();
    Future<Boolean> extended = loop.extend("s1", SHORT);
    Future<Optional<StoredSession>> used = loop.use("s1");
    assertTrue(await(extended));
    await(used);
    loop.changed("s1");
    assertLifetime(SHORT);
  }

  @Test
  void aUseBetweenALongerLifetimeAndItsEvent_keepsTheLongerOne() throws Exception {
    RedisSessions loop = loopThatUsed();
    assertTrue(await(loop().extend("s1", LONG)));
    loop.changed("s1");
    assertLifetime(LONG);
  }
}
