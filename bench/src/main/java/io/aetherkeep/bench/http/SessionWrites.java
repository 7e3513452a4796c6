package io.aetherkeep.bench.http;

import java.util.List;
import java.util.stream.IntStream;

/** Benchmark of session writes against a bare handler that runs one script of the same effect. */
public final class SessionWrites {

  private static final String VALUE =
      "{\"user_id\": \"u#\", \"preferences\": {\"preferred_topics\": [\""
          + "x".repeat(400)
          + "\"], \"playback_speed_default\": 1.0}, \"active_podcast_stream_id\": null,"
          + " \"last_activity_timestamp\": \"2026-11-21T04:01:45.551402\"}";

  private SessionWrites() {}

  /** Sends merge patches that change one field; returns whether every answer was right. */
  public static boolean patch(List<String> arguments) throws Exception {
    return duel()
        .sending("PATCH", "", bodies("{\"theme\":\"theme-%d\"}"))
        .served("theme-0")
        .run(arguments, "bare-writes", "patch");
  }

  /** Reports another podcast each time; returns whether every answer was right. */
  public static boolean play(List<String> arguments) throws Exception {
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
