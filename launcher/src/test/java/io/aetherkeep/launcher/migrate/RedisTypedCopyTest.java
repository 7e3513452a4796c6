package io.aetherkeep.launcher.migrate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.redis.target.Backoff;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Copies of streams that changed after they were listed. */
@ExtendWith(RedisExtension.class)
class RedisTypedCopyTest {

  private final Vertx vertx = Vertx.vertx();
  private final MigrationCounts counts = new MigrationCounts();
  private RedisMigrationEndpoint side;
  private RedisTypedCopy copy;

  @BeforeEach
  void open(RedisServer server) {
    Duration patience = Duration.ofSeconds(10);
    Backoff backoff = Backoff.between(Duration.ofMillis(50), Duration.ofSeconds(1));
    side =
        RedisMigrationEndpoint.open(
            vertx,
            new RedisTarget(
                server.url(), 0, patience, patience, 1024, backoff, null, null, List.of()));
    copy = new RedisTypedCopy(side, side);
  }

  @AfterEach
  void close() {
    side.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private static List<RedisValue> stream(String name) {
    return List.of(
        new RedisValue(
            new MovedKey(name, "copy:" + name),
            "stream",
            RedisValue.ENDLESS,
            100,
            System.nanoTime()));
  }

  @Test
  void aStreamThatIsGone_isSkipped() {
    copy.copy(stream("gone"), counts);
    assertEquals(List.of(), counts.problems());
    assertEquals(stream("gone").get(0).key(), copy.changed(stream("gone")).get(0).key());
  }

  @Test
  void aStreamThatIsAnotherValueNow_isCountedAsFailed(RedisServer server) {
    try (ForeignClient client = new ForeignClient(server.port())) {
      client.send("SET", "other", "1");
    }
    copy.copy(stream("other"), counts);
    assertEquals(1, counts.failed());
    assertTrue(counts.problems().get(0).contains("other: WRONGTYPE"), counts.problems()::toString);
  }
}
