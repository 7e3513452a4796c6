package io.aetherkeep.bench.http;

import java.util.List;

/** Benchmark of a session read with sliding expiry against a bare handler's GETEX. */
public final class SessionRead {

  private static final String VALUE =
      "{\"user_id\": \"u1\", \"preferences\": {\"preferred_topics\": [\""
          + "x".repeat(400)
          + "\"], \"playback_speed_default\": 1.0}, \"active_podcast_stream_id\": null";

  private SessionRead() {}

  /** Runs the comparison; returns whether every answer was right. */
  public static boolean run(List<String> arguments) throws Exception {
    return duel().run(arguments, "bare-server", "getex");
  }

  /** Runs on three masters against one server. */
  public static boolean onCluster(List<String> arguments) throws Exception {
    return duel().onCluster(arguments);
  }

  private static Duel duel() {
    return new Duel(
            "/api/v1/aethercast/sessions/t",
            "session:t",
            VALUE + ", \"last_activity_timestamp\": \"2026-11-21T04:01:45.551402\"}")
        .served(VALUE);
  }
}
