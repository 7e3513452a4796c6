package io.aetherkeep.bench;

import java.util.List;
import java.util.Map;

/** A cached GET of ours beside a bare handler's GET. */
final class CachedGet {

  static final String VALUE = "{\"topic_id\": \"t\", \"text\": \"" + "x".repeat(572) + "\"}";

  private CachedGet() {}

  /** Without copies in memory, as everything is the first time; answers whether all went well. */
  static boolean run(List<String> arguments) throws Exception {
    return new Duel("/api/v1/aethercast/caches/topic/t", "cache:topic:t", VALUE)
        .with(Map.of("AETHERKEEP_NEAR_SIZE", "0"))
        .run(arguments, "bare-server", "get");
  }

  /** Out of memory, beside a constant of the same size; answers whether all went well. */
  static boolean near(List<String> arguments) throws Exception {
    return new Duel("/api/v1/aethercast/caches/topic/t", "cache:topic:t", VALUE)
        .run(arguments, "constant-server");
  }
}
