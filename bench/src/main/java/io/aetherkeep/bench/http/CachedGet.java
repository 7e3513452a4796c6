package io.aetherkeep.bench.http;

import java.util.List;
import java.util.Map;

/** Benchmark of a cached GET against a bare handler's GET. */
public final class CachedGet {

  public static final String VALUE = "{\"topic_id\": \"t\", \"text\": \"" + "x".repeat(572) + "\"}";

  private CachedGet() {}

  /** Runs without the near cache, as on a first read; returns whether all requests succeeded. */
  public static boolean run(List<String> arguments) throws Exception {
    return fromRedis().run(arguments, "bare-server", "get");
  }

  /** Runs without the near cache, on three masters against one server. */
  public static boolean onCluster(List<String> arguments) throws Exception {
    return fromRedis().onCluster(arguments);
  }

  private static Duel fromRedis() {
    return new Duel("/api/v1/aethercast/caches/topic/t", "cache:topic:t", VALUE)
        .with(Map.of("AETHERKEEP_NEAR_SIZE", "0"));
  }

  /**
   * Runs with the near cache, against a constant of the same size; returns whether all requests
   * succeeded.
   */
  public static boolean near(List<String> arguments) throws Exception {
    return new Duel("/api/v1/aethercast/caches/topic/t", "cache:topic:t", VALUE)
        .run(arguments, "constant-server");
  }
}
