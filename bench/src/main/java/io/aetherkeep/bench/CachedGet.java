package io.aetherkeep.bench;

import java.util.List;

/** A cached GET of ours beside a bare handler's GET. */
final class CachedGet {

  private static final String VALUE =
      "{\"topic_id\": \"t\", \"text\": \"" + "x".repeat(572) + "\"}";

  private CachedGet() {}

  /** Answers whether everything was answered, and rightly. */
  static boolean run(List<String> arguments) throws Exception {
    return new Duel("/api/v1/aethercast/caches/topic/t", "cache:topic:t", VALUE)
        .run("get", arguments);
  }
}
