package io.aetherkeep.launcher;

import io.aetherkeep.testing.RedisServer;
import java.util.Map;

/**
 * Nodes for tests of clients: two on one Redis, of which one answers 503 quickly when Redis does
 * not respond, and a third one to be killed.
 */
final class ClientNodes implements AutoCloseable {

  private final RedisServer redis;
  private final RunningNode node;
  private final RunningNode other;
  private final KilledNode dying;

  private ClientNodes(RedisServer redis) throws Exception {
    this.redis = redis;
    this.node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()));
    this.other =
        RunningNode.start(
            Map.of("AETHERKEEP_REDIS_URL", redis.url(), "AETHERKEEP_HTTP_REQUEST_DEADLINE", "3s"));
    this.dying = KilledNode.start(redis);
  }

  static ClientNodes start(RedisServer redis) throws Exception {
    return new ClientNodes(redis);
  }

  Map<String, String> environment() {
    return Map.of(
        "NODE_URL", node.url(),
        "OTHER_URL", other.url(),
        "DYING_URL", dying.url(),
        "DYING_PID", Long.toString(dying.pid()),
        "REDIS_URL", redis.url());
  }

  @Override
  public void close() throws Exception {
    dying.close();
    other.close();
    node.close();
  }
}
