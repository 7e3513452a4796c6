package io.aetherkeep.session.layout;

import io.aetherkeep.keyspace.Dialect;
import org.jspecify.annotations.Nullable;

/**
 * Names of the fields that each system's sessions have.
 *
 * @param created field of the creation time, null where the system stores none
 * @param stream field of the active podcast
 * @param style format of timestamps
 */
public record FieldNames(
    String user, @Nullable String created, String activity, String stream, Timestamp.Style style) {

  public static final String HISTORY = "history";

  static final String HISTORY_LENGTH = "historyLength";

  static final String CONTEXT_WINDOW = "contextWindowUsed";

  public static FieldNames of(Dialect dialect) {
    return switch (dialect) {
      case COUNCIL ->
          new FieldNames(
              "userId",
              "createdAt",
              "lastActivityAt",
              "activePodcastStreamId",
              Timestamp.Style.ZULU);
      case CONTENT ->
          new FieldNames(
              "user_id",
              "created_at",
              "last_accessed",
              "active_podcast_stream_id",
              Timestamp.Style.NAIVE);
      case AETHERCAST, ANY ->
          new FieldNames(
              "user_id",
              null,
              "last_activity_timestamp",
              "active_podcast_stream_id",
              Timestamp.Style.NAIVE);
    };
  }
}
