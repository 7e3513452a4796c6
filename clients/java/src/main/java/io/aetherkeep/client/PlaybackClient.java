package io.aetherkeep.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Client of playback: what sessions play, and who listens. */
public final class PlaybackClient {

  private final HttpSender sender;

  PlaybackClient(HttpSender sender) {
    this.sender = sender;
  }

  /** Playback of a session. */
  public record Playback(
      String session,
      @Nullable String podcastId,
      String state,
      long positionMs,
      double rate,
      @Nullable String updatedAt,
      long seq) {}

  /**
   * Report of playback; a null field keeps its value.
   *
   * @param state {@code playing}, {@code paused} or {@code stopped}
   * @param seq sequence number among the session's reports; null for the next
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Report(
      @Nullable String podcastId,
      @Nullable String state,
      @Nullable Long positionMs,
      @Nullable Double rate,
      @Nullable Long seq) {

    public static Report of(String podcastId, String state, long positionMs) {
      return new Report(podcastId, state, positionMs, null, null);
    }
  }

  /** Result of a report; a late one changed nothing. */
  public record Reported(Playback playback, boolean late) {}

  /** Counts of a podcast's listeners. */
  public record Listeners(String podcastId, long listeners, long users, long peak) {}

  /** Session that listens to a podcast. */
  public record Listener(String session, @Nullable String user, @Nullable String state) {}

  private record Page(List<Listener> items, @Nullable String next) {}

  private record Top(List<Listeners> items) {}

  public Playback find(String session) {
    return WireJson.read(
        sender.send(HttpCall.of("GET", "sessions/{session}/playback", session)), Playback.class);
  }

  /**
   * Reports what a session plays; the newest {@code seq} wins. Without one the report is not
   * repeated after a lost response, because it would win over reports made meanwhile.
   */
  public Reported report(String session, Report report) {
    HttpCall call = HttpCall.of("PUT", "sessions/{session}/playback", session).json(report);
    return WireJson.read(sender.send(report.seq() == null ? call.once() : call), Reported.class);
  }

  public Listeners listeners(String podcast) {
    return WireJson.read(
        sender.send(HttpCall.of("GET", "podcasts/{podcast}/listeners", podcast)), Listeners.class);
  }

  /** Lists the listeners of a podcast. */
  public List<Listener> presence(String podcast) {
    return CursorPages.all(
        HttpCall.of("GET", "podcasts/{podcast}/presence", podcast),
        call -> {
          Page page = WireJson.read(sender.send(call), Page.class);
          return new CursorPages.Page<>(page.items(), page.next());
        });
  }

  /** Lists the podcasts with the most listeners. */
  public List<Listeners> top(@Nullable Integer limit) {
    HttpCall call = HttpCall.of("GET", "playback/top").query("limit", limit);
    return WireJson.read(sender.send(call), Top.class).items();
  }
}
