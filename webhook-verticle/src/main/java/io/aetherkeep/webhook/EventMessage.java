package io.aetherkeep.webhook;

import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.CacheAsks.CacheInvalidated;
import io.aetherkeep.catalogue.ConfigAsks.ConfigChanged;
import io.aetherkeep.catalogue.SessionAsks.SessionExpired;
import io.aetherkeep.catalogue.SessionAsks.SessionOpened;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.UserId;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Body of a message: type and time of an event, and the event as on the bus and on WebSockets. */
record EventMessage(String type, String timestamp, Object data) {

  static EventMessage of(String space, OutboxEntry entry) {
    return new EventMessage(
        entry.type(), Instant.ofEpochMilli(entry.at()).toString(), data(space, entry));
  }

  Buffer json() {
    return Buffer.buffer(RecordJson.write(this));
  }

  /** Status change; omits a document that is longer than 16 KiB. */
  record StatusData(
      String space,
      String kind,
      String id,
      int attempt,
      String offset,
      boolean terminal,
      @Nullable Document document) {}

  /** End of a session. */
  record SessionEndedData(String space, String id, @Nullable UserId userId, String reason) {}

  /** Change of a session's podcast, state or rate. */
  record PlaybackData(
      String space,
      String session,
      @Nullable String userId,
      String podcastId,
      String state,
      long positionMs,
      double rate,
      String updatedAt) {}

  /** End of a session's last connection, after the grace period. */
  record PresenceData(
      String space, String session, @Nullable String userId, @Nullable String podcastId) {}

  /** Change of a provider's status. */
  record ProviderData(String space, String id, String before, String after, String reason) {}

  /** Test message. */
  record TestData(String space, String webhook) {}

  private static Object data(String space, OutboxEntry entry) {
    return switch (entry.type()) {
      case "status-changed" ->
          new StatusData(
              space,
              entry.text("kind"),
              entry.text("id"),
              (int) number(entry.text("attempt")),
              entry.text("offset"),
              !entry.text("phase").equals("running"),
              document(entry.text("document")));
      case "session-opened" -> new SessionOpened(space, entry.text("id"), user(entry));
      case "session-ended" ->
          new SessionEndedData(space, entry.text("id"), user(entry), entry.text("reason"));
      case "session-expired" -> new SessionExpired(space, entry.text("id"), user(entry));
      case "playback-changed" -> playback(space, entry);
      case "presence-offline" ->
          new PresenceData(
              space, entry.text("session"), entry.orNull("user"), entry.orNull("podcastId"));
      case "config-changed" ->
          new ConfigChanged(
              space,
              entry.text("name"),
              entry.orNull("version"),
              entry.orNull("versionNumber") == null ? null : number(entry.text("versionNumber")));
      case "provider-health-changed" ->
          new ProviderData(
              space,
              entry.text("id"),
              entry.text("before"),
              entry.text("after"),
              entry.text("reason"));
      case "cache-invalidated" -> invalidated(space, entry);
      default -> new TestData(space, entry.text("id"));
    };
  }

  private static PlaybackData playback(String space, OutboxEntry entry) {
    return new PlaybackData(
        space,
        entry.text("session"),
        entry.orNull("user"),
        entry.text("podcastId"),
        entry.text("state"),
        number(entry.text("positionMs")),
        entry.text("rate").matches("[0-9.]{1,20}") ? Double.parseDouble(entry.text("rate")) : 1,
        entry.text("updatedAt"));
  }

  static CacheInvalidated invalidated(String space, OutboxEntry entry) {
    String id = entry.orNull("id");
    String ids = entry.orNull("ids");
    return new CacheInvalidated(
        space,
        entry.orNull("keyspace"),
        id != null
            ? List.of(id)
            : ids == null
                ? null
                : Arrays.asList(RecordJson.read(Buffer.buffer(ids).getBytes(), String[].class)),
        entry.orNull("pattern"),
        entry.orNull("tag"),
        number(entry.text("removed")));
  }

  private static @Nullable UserId user(OutboxEntry entry) {
    return UserId.ofNote(entry.text("user"));
  }

  private static @Nullable Document document(String text) {
    Document document = text.isEmpty() ? null : Document.stored(Buffer.buffer(text));
    return document != null && document.isJson() ? document : null;
  }

  private static long number(String text) {
    return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
  }
}
