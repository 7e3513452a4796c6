package io.aetherkeep.launcher;

import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two nodes on one Redis, and a foreign client of it, for each test of a class. */
@ExtendWith(RedisExtension.class)
abstract class TwoNodes {

  RedisServer server;
  ForeignClient redis;
  Map<String, String> settings;
  RunningNode node;
  RunningNode other;

  /** Settings of both nodes beside Redis's address; none by default. */
  Map<String, String> settings() {
    return Map.of();
  }

  @BeforeEach
  void startNodes(RedisServer started) {
    server = started;
    redis = started.foreign(0);
    settings = new HashMap<>(settings());
    settings.put("AETHERKEEP_REDIS_URL", started.url());
    node = RunningNode.start(settings);
    other = RunningNode.start(settings);
  }

  @AfterEach
  void closeNodes() {
    node.close();
    other.close();
    redis.close();
  }
}
