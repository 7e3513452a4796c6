package io.aetherkeep.redis.store;

import static io.aetherkeep.testing.Futures.await;

import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Key;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.keyspace.Store;
import io.aetherkeep.keyspace.StoreContract;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** The stores fulfil the contract on a real Redis. Time passes by shortening lifetimes. */
@ExtendWith(RedisExtension.class)
abstract class RedisStoreTest<V> extends StoreContract<V> {

  protected static final Space SPACE = new Space("test", "p:", Dialect.ANY, 1 << 20, Map.of());

  private final Vertx vertx = Vertx.vertx();
  private ForeignClient foreign;
  private Store<V> store;

  protected abstract Store<V> on(RedisLine line);

  @BeforeEach
  void open(RedisServer redis) throws Exception {
    foreign = redis.foreign(3);
    RedisAccess access =
        await(RedisAccess.open(vertx, 1, Map.of(SPACE, PatientTarget.of(redis.url(), 3))));
    store = on(access.line(SPACE));
  }

  @AfterEach
  void close() throws Exception {
    foreign.close();
    await(vertx.close());
  }

  @Override
  protected Store<V> store() {
    return store;
  }

  protected Vertx vertx() {
    return vertx;
  }

  protected ForeignClient foreign() {
    return foreign;
  }

  protected String name(Key<V> key) {
    return SPACE.prefix() + key.text();
  }

  /** Shortens all lifetimes in one step, so that a value and its note still expire together. */
  @Override
  protected void pass(Duration time) {
    foreign.send(
        "EVAL",
        "for _, key in ipairs(redis.call('KEYS', '*')) do"
            + " local left = redis.call('PTTL', key)"
            + " if left > 0 then redis.call('PEXPIRE', key, math.max(0, left - ARGV[1])) end end",
        "0",
        String.valueOf(time.toMillis()));
  }

  protected List<?> keys() {
    return (List<?>) foreign.send("KEYS", "*");
  }
}
