package io.aetherkeep.redis;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
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

/** The repair of a key removes a value of a wrong type, and nothing that replaced it. */
@ExtendWith(RedisExtension.class)
class RedisTypesTest {

  private static final Space SPACE = new Space("s", "", Dialect.ANY, 1 << 20, Map.of());

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final AtomicInteger tries = new AtomicInteger();
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

  /** Repairs the index after a failure, with other commands sent right behind its first one. */
  private void heal(Supplier<Future<?>> meanwhile) throws Exception {
    Promise<Void> healed = Promise.promise();
    vertx.runOnContext(
        turn -> {
          Future<Void> healing = RedisTypes.healed(line, List.of("index"), this::failOnce);
          Future.all(healing, meanwhile.get()).<Void>mapEmpty().onComplete(healed);
        });
    await(healed.future());
  }

  private Future<Void> failOnce() {
    return tries.getAndIncrement() == 0
        ? Future.failedFuture(Failure.of(Code.UNREADABLE_VALUE, "a wrong type"))
        : Future.succeededFuture();
  }

  @Test
  void healed_removesAValueOfAWrongType() throws Exception {
    foreign.send("SET", "index", "text");
    heal(Future::succeededFuture);
    assertEquals("none", foreign.text("TYPE", "index"));
    assertEquals(2, tries.get());
  }

  @Test
  void healed_keepsWhatAnotherRepairHasWritten() throws Exception {
    foreign.send("SET", "index", "text");
    heal(
        () -> {
          line.send(Request.cmd(Command.UNLINK).arg("index"));
          return line.send(Request.cmd(Command.ZADD).arg("index").arg(1).arg("fresh"));
        });
    assertEquals(1, foreign.number("ZCARD", "index"));
  }
}
