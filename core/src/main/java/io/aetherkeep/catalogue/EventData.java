package io.aetherkeep.catalogue;

import io.aetherkeep.catalogue.PlaybackAsks.Playback;
import io.aetherkeep.catalogue.PlaybackAsks.PlaybackChanged;
import io.aetherkeep.catalogue.ProviderAsks.ProviderHealthChanged;
import io.aetherkeep.catalogue.SessionAsks.SessionEnded;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.UserId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Payloads of events for webhooks and for the topic of a space's events, where they differ from the
 * events on the bus.
 */
public final class EventData {

  /** A longer document of a status is left out. */
  private static final int LONGEST_DOCUMENT = 16 << 10;

  private EventData() {}

  /** Status change; omits a document that is longer than 16 KiB. */
  public record StatusData(
      String space,
      String kind,
      String id,
      int attempt,
      String offset,
      boolean terminal,
      @Nullable Document document) {

    public static StatusData of(Status status) {
      Document document = status.document();
      return new StatusData(
          status.space(),
          status.kind(),
          status.id(),
          status.attempt(),
          status.offset(),
          status.terminal(),
          document.length() > LONGEST_DOCUMENT ? null : document);
    }
  }

  /** End of a session. */
  public record SessionEndedData(String space, String id, @Nullable UserId userId, String reason) {

    public static SessionEndedData of(SessionEnded event) {
      String reason = event.reason().name().toLowerCase(Locale.ROOT);
      return new SessionEndedData(event.space(), event.id(), event.userId(), reason);
    }
  }

  /** Change of a session's podcast, state or rate. */
  public record PlaybackData(
      String space,
      String session,
      @Nullable String userId,
      @Nullable String podcastId,
      String state,
      long positionMs,
      double rate,
      @Nullable String updatedAt) {

    public static PlaybackData of(PlaybackChanged event) {
      Playback now = event.playback();
      return new PlaybackData(
          event.space(),
          event.session(),
          event.userId(),
          now.podcastId(),
          now.state().word(),
          now.positionMs(),
          now.rate(),
          now.updatedAt());
    }
  }

  /** Change of a provider's status. */
  public record ProviderData(String space, String id, String before, String after, String reason) {

    public static ProviderData of(ProviderHealthChanged event) {
      return new ProviderData(
          event.space(), event.id(), event.before().word(), event.after().word(), event.reason());
    }
  }
}
