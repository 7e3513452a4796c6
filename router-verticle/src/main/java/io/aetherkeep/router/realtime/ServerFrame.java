package io.aetherkeep.router.realtime;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.PlaybackAsks.Reported;
import io.aetherkeep.document.Document;
import io.aetherkeep.router.watch.topic.FrameEncoder;
import io.aetherkeep.router.watch.topic.FrameError;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Frame that the server sends in answer to a client's frame. */
final class ServerFrame {

  /** Epoch of the offsets; it changes if an upgrade makes old offsets unreadable. */
  static final String EPOCH = "1";

  static final byte[] PONG = FrameEncoder.json(Map.of("event", "pong"));

  private ServerFrame() {}

  /** Answer to a frame; {@code re} is null if the frame had no id. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record Answer(@Nullable Document re, Object ok) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record Refusal(@Nullable Document re, FrameError error) {}

  /**
   * Answer to a hello.
   *
   * @param seq the number of the session's newest playback report; null for an observer
   * @param recovered for each resumed topic whether no change is missing
   * @param failed the topics that could not be watched, and why
   */
  record Welcome(
      String connection,
      Number heartbeatSeconds,
      String epoch,
      @Nullable Long seq,
      Map<String, Boolean> recovered,
      Map<String, FrameError> failed) {}

  /** Converts to seconds; a whole number has no fraction. */
  static Number seconds(long millis) {
    if (millis % 1000 == 0) {
      return millis / 1000;
    }
    return millis / 1000.0;
  }

  /** Answer to a playback report. */
  record Played(boolean late, @Nullable Object playback) {
    static Played of(Reported reported, boolean reads) {
      return new Played(reported.late(), reads ? reported.playback() : null);
    }
  }

  /** Answer to a watch or an unwatch. */
  record Watched(String topic) {}

  static byte[] ok(@Nullable Document id, Object answer) {
    return FrameEncoder.json(new Answer(id, answer));
  }

  static byte[] error(@Nullable Document id, Failure failure) {
    return FrameEncoder.json(new Refusal(id, FrameError.of(failure)));
  }
}
