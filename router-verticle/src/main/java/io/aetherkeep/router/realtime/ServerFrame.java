package io.aetherkeep.router.realtime;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.PlaybackAsks.Reported;
import io.aetherkeep.document.Document;
import io.aetherkeep.router.watch.FrameEncoder;
import io.aetherkeep.router.watch.FrameError;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the server says on a socket in answer to a frame. */
final class ServerFrame {

  /** How offsets are counted; another word where an upgrade makes old ones unreadable. */
  static final String EPOCH = "1";

  static final byte[] PONG = FrameEncoder.json(Map.of("event", "pong"));

  private ServerFrame() {}

  /** An answer; {@code re} is null where the frame had no id. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record Answer(@Nullable Document re, Object ok) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record Refusal(@Nullable Document re, FrameError error) {}

  /**
   * The answer to a hello.
   *
   * @param seq of the newest report of what the session plays; none of an observer
   * @param recovered of each topic that was resumed, whether nothing is missing
   * @param failed those that are not watched, and why
   */
  record Welcome(
      String connection,
      Number heartbeatSeconds,
      String epoch,
      @Nullable Long seq,
      Map<String, Boolean> recovered,
      Map<String, FrameError> failed) {}

  /** Seconds, without a fraction where there is none. */
  static Number seconds(long millis) {
    if (millis % 1000 == 0) {
      return millis / 1000;
    }
    return millis / 1000.0;
  }

  /** The answer to a report of what plays. */
  record Played(boolean late, @Nullable Object playback) {
    static Played of(Reported reported, boolean reads) {
      return new Played(reported.late(), reads ? reported.playback() : null);
    }
  }

  /** The answer to a watch or an unwatch. */
  record Watched(String topic) {}

  static byte[] ok(@Nullable Document id, Object answer) {
    return FrameEncoder.json(new Answer(id, answer));
  }

  static byte[] error(@Nullable Document id, Failure failure) {
    return FrameEncoder.json(new Refusal(id, FrameError.of(failure)));
  }
}
