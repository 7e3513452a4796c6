package io.aetherkeep.redis.store;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.Owner;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.keyspace.Store;
import io.aetherkeep.keyspace.Stored;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Other clients change a key between the commands of one read: a proxy lets them. */
@ExtendWith(RedisExtension.class)
class RedisStoreRaceTest {

  private static final Space SPACE = new Space("test", "", Dialect.ANY, 1 << 20, Map.of());

  private static final Keyspace<Document> THINGS =
      Keyspace.json("thing", "thing:{id}").expires(Duration.ofHours(1)).in(Owner.CACHE);

  private static final String KEY = "thing:a";
  private static final String PTTL = "*2\r\n$4\r\npttl";

  private final Vertx vertx = Vertx.vertx();

  /** What another client does before the next PTTL. */
  private final AtomicReference<Runnable> between = new AtomicReference<>(() -> {});

  private URI server;
  private ForeignClient foreign;
  private Store<Document> store;

  @BeforeEach
  void open(RedisServer redis) throws Exception {
    server = URI.create(redis.url());
    foreign = redis.foreign(0);
    NetServer proxy = await(vertx.createNetServer().connectHandler(this::join).listen(0));
    String url = redis.url().replace(":" + server.getPort(), ":" + proxy.actualPort());
    RedisAccess access = await(RedisAccess.open(vertx, 1, Map.of(SPACE, PatientTarget.of(url, 0))));
    store = RedisStore.documents(access.line(SPACE), SPACE, THINGS);
  }

  private void join(NetSocket client) {
    client.pause();
    vertx
        .createNetClient()
        .connect(server.getPort(), server.getHost())
        .onSuccess(
            redis -> {
              client.handler(bytes -> forward(bytes, redis));
              redis.handler(client::write);
              redis.closeHandler(closed -> client.close());
              client.closeHandler(closed -> redis.close());
              client.resume();
            });
  }

  /** Runs the other client's commands between the commands before PTTL and that one. */
  private void forward(Buffer bytes, NetSocket redis) {
    int pttl = bytes.toString("ISO-8859-1").toLowerCase(Locale.ROOT).indexOf(PTTL);
    if (pttl < 0) {
      redis.write(bytes);
      return;
    }
    redis.write(bytes.getBuffer(0, pttl));
    vertx
        .executeBlocking(
            () -> {
              Awaitility.await()
                  .until(() -> foreign.text("INFO", "commandstats").contains("_mget"));
              between.getAndSet(() -> {}).run();
              return bytes.getBuffer(pttl, bytes.length());
            })
        .onSuccess(redis::write);
  }

  @AfterEach
  void close() throws Exception {
    foreign.close();
    await(vertx.close());
  }

  @Test
  void aKeyThatIsCreatedDuringARead_isFound() throws Exception {
    foreign.send("CONFIG", "RESETSTAT");
    between.set(() -> foreign.send("SET", KEY, "1", "EX", "60"));
    assertEquals("1", await(store.find(THINGS.key("a"))).orElseThrow().value().toString());
  }

  @Test
  void aKeyThatIsRemovedDuringARead_isNotEndless() throws Exception {
    foreign.send("SET", KEY, "1", "EX", "60");
    foreign.send("CONFIG", "RESETSTAT");
    between.set(() -> foreign.send("DEL", KEY));
    Stored<Document> found = await(store.find(THINGS.key("a"))).orElseThrow();
    assertFalse(found.remaining().isNegative());
  }
}
