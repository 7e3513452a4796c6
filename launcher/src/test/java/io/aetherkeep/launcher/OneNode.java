package io.aetherkeep.launcher;

import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** Node for each test of a class, with a foreign client of each space's Redis. */
@ExtendWith(RedisExtension.class)
abstract class OneNode {

  static final String AETHERCAST = "/api/v1/aethercast";
  static final String COUNCIL = "/api/v1/council";
  static final String CONTENT = "/api/v1/content";

  RunningNode node;
  SessionRequests sessions;
  ForeignClient aethercast;
  ForeignClient council;
  ForeignClient content;

  /** Settings of the node beside Redis's address; none by default. */
  Map<String, String> settings() {
    return Map.of();
  }

  @BeforeEach
  void startNode(RedisServer server) {
    aethercast = server.foreign(0);
    council = server.foreign(1);
    content = server.foreign(2);
    Map<String, String> all = new HashMap<>(settings());
    all.put("AETHERKEEP_REDIS_URL", server.url());
    node = RunningNode.start(all);
    sessions = new SessionRequests(node);
  }

  @AfterEach
  void closeNode() {
    node.close();
    Stream.of(aethercast, council, content).forEach(ForeignClient::close);
  }
}
