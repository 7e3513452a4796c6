package io.aetherkeep.redis;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.script.RedisTime;
import io.aetherkeep.redis.store.RedisDueList;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A command that must follow a write is sent with it, and repeated only where the write was
 * repeated.
 */
@ExtendWith(RedisExtension.class)
class RedisOrderTest {

  private static final Space SPACE = new Space("s", "", Dialect.ANY, 1 << 20, Map.of());

  private final Vertx vertx = Vertx.vertx();
  private ForeignClient foreign;
  private RedisLine line;

  @BeforeEach
  void open(RedisServer server) throws Exception {
    foreign = server.foreign(0);
    line =
        await(RedisAccess.open(vertx, 1, Map.of(SPACE, PatientTarget.of(server.url(), 0))))
            .line(SPACE);
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
    foreign.close();
  }

  private final AtomicInteger looks = new AtomicInteger();

  private Future<String> look() {
    looks.incrementAndGet();
    return line.send(Request.cmd(Command.ZRANGE).arg("index:a").arg(0).arg(-1))
        .map(String::valueOf);
  }

  private String behind(Supplier<Future<?>> write) throws Exception {
    Promise<String> seen = Promise.promise();
    vertx.runOnContext(turn -> line.behind(write.get(), this::look).onComplete(seen));
    return await(seen.future());
  }

  @Test
  void aLookBehindAScriptThatTheServerDoesNotKnow_isRepeated() throws Exception {
    RedisDueList due = new RedisDueList(line, "index:a", RedisTime.SERVER);
    assertEquals("[a]", behind(() -> due.soon("a", 0)));
    assertEquals(2, looks.get());
    assertEquals("[a, b]", behind(() -> due.soon("b", 1_000_000)));
    assertEquals(3, looks.get());
    foreign.send("SCRIPT", "FLUSH");
    assertEquals("[a, b, c]", behind(() -> due.soon("c", 2_000_000)));
    assertEquals(5, looks.get());
  }

  @Test
  void aLookBehindWhatHealsAnIndex_isRepeated() throws Exception {
    foreign.send("SET", "heap", "junk");
    Request entry = Request.cmd(Command.ZADD).arg("heap").arg(1).arg("a");
    behind(() -> RedisTypes.healed(line, List.of("heap"), () -> line.send(entry)));
    assertEquals("zset", foreign.text("TYPE", "heap"));
    assertEquals(2, looks.get());
  }
}
