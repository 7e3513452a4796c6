package io.aetherkeep.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.lab.cluster.Backend;
import io.aetherkeep.lab.cluster.RedisProbe;
import io.aetherkeep.lab.work.KeyAudit;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lab knows which keys may live without an expiry. */
class KeyAuditTest {

  @Test
  void keysWithoutExpiry_areThoseThatTheCatalogueDoesNotLetLive(@TempDir Path directory)
      throws Exception {
    try (Backend redis = new Backend(directory);
        RedisProbe resp = redis.connect(0)) {
      resp.tell("SET", "config:x", "{}");
      resp.tell("ZADD", "index:logout-searches", "1", "u1");
      resp.tell("HSET", "stream:kept", "tail", "0");
      resp.tell("PEXPIRE", "stream:kept", "60000");
      resp.tell("HSET", "stream:lost", "tail", "0");
      assertEquals(List.of("stream:lost has no end"), KeyAudit.endless(List.of(redis.connect(0))));
    }
  }
}
