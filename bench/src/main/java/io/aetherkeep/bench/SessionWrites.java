package io.aetherkeep.bench;

import java.util.List;
import java.util.stream.IntStream;

/** A session of ours, written, beside a bare handler that runs one script of the same effect. */
final class SessionWrites {

  private static final String VALUE =
      "{\"user_id\": \"u#\", \"preferences\": {\"preferred_topics\": [\""
          + "x".repeat(400)
          + "\"], \"playback_speed_default\": 1.0}, \"active_podcast_stream_id\": null,"
          + " \"last_activity_timestamp\": \"2026-11-21T04:01:45.551402\"}";

  private SessionWrites() {}

  /** A merge patch of one field that changes it; answers whether all went well. */
  static boolean patch(List<String> arguments) throws Exception {
    return duel()
        .sending("PATCH", "", bodies("{\"theme\":\"theme-%d\"}"))
        .served("theme-0")
        .run(arguments, "bare-writes", "patch");
  }

  /** Another podcast that is played; answers whether all went well. */
  static boolean play(List<String> arguments) throws Exception {
    return duel()
        .sending("PUT", "/playback", bodies("{\"state\":\"playing\",\"podcastId\":\"p-%d\"}"))
        .served("p-0")
        .run(arguments, "bare-writes", "play");
  }

  private static Duel duel() {
    return new Duel("/api/v1/aethercast/sessions/t", "session:t", VALUE);
  }

  private static List<String> bodies(String body) {
    return IntStream.range(0, 20).mapToObj(body::formatted).toList();
  }
}
