package io.aetherkeep.status;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.catalogue.StatusAsks.PutStatus;
import io.aetherkeep.catalogue.StatusAsks.ReadStatus;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.status.settings.StatusSettings;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.LocaleRedis;
import io.aetherkeep.testing.PatientTarget;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server whose locale does not order strings by bytes. */
class LocaleTest {

  private static final Space SPACE = new Space("s", "", Dialect.ANY, 1 << 20, Map.of());

  private static PutStatus put(int progress) {
    String json =
        "{\"status\":\"processing\",\"progress\":%d,\"Zone\":\"a\",\"_x\":\"b\",\"\u00fcber\":\"c\",\"area\":\"d\"}";
    return new PutStatus("s", "request", "r1", Document.of(json.formatted(progress)), null);
  }

  @Test
  void fieldsOfAnyNames_areTheSameStatusInTheScriptAndHere(@TempDir Path directory)
      throws Exception {
    Vertx vertx = Vertx.vertx();
    try (LocaleRedis redis = LocaleRedis.start(directory);
        ForeignClient foreign = redis.foreign()) {
      Bus bus = Bus.on(vertx, Protocol.TYPES, Duration.ofSeconds(20));
      RedisAccess access =
          await(RedisAccess.open(vertx, 1, Map.of(SPACE, PatientTarget.of(redis.url(), 0))));
      await(
          vertx.deployVerticle(
              StatusVerticle.instances(bus, access, StatusSettings.usual()).get()));
      await(bus.ask(put(1)));
      await(bus.ask(put(2)));
      assertEquals(2, foreign.number("XLEN", "feed:status:request:r1"));
      foreign.send("HSET", "request:status:r1", "Area", "e", "progress", "3");
      await(bus.ask(put(4)));
      await(bus.ask(new ReadStatus("s", "request", "r1")));
      assertEquals(4, foreign.number("XLEN", "feed:status:request:r1"));
    } finally {
      await(vertx.close());
    }
  }
}
