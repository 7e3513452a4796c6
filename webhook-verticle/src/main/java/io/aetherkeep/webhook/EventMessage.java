package io.aetherkeep.webhook;

import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.ConfigAsks.ConfigChanged;
import io.aetherkeep.catalogue.EventData.PlaybackData;
import io.aetherkeep.catalogue.EventData.ProviderData;
import io.aetherkeep.catalogue.EventData.SessionEndedData;
import io.aetherkeep.catalogue.EventData.StatusData;
import io.aetherkeep.catalogue.InvalidationAsks.CacheInvalidated;
import io.aetherkeep.catalogue.PlaybackAsks.PresenceOffline;
import io.aetherkeep.catalogue.SessionAsks.SessionExpired;
import io.aetherkeep.catalogue.SessionAsks.SessionOpened;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Digits;
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

  /** Data of a test message. */
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
          new PresenceOffline(
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
        entry.text("rate").matches("[0-9]{1,9}(\\.[0-9]{1,18})?")
            ? Double.parseDouble(entry.text("rate"))
            : 1,
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
    return Digits.isNumber(text, 18) ? Long.parseLong(text) : 0;
  }
}
