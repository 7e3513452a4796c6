package io.aetherkeep.session;

import io.aetherkeep.keyspace.Dialect;
import org.jspecify.annotations.Nullable;

/**
 * What a system calls the fields that every session has.
 *
 * @param created none where the system does not note it
 * @param stream where it names what is played
 * @param style how it writes times
 */
record Names(
    String user, @Nullable String created, String activity, String stream, Moment.Style style) {

  static final String HISTORY = "history";

  static final String HISTORY_LENGTH = "historyLength";

  static final String CONTEXT_WINDOW = "contextWindowUsed";

  static Names of(Dialect dialect) {
    return switch (dialect) {
      case COUNCIL ->
          new Names(
              "userId", "createdAt", "lastActivityAt", "activePodcastStreamId", Moment.Style.ZULU);
      case CONTENT ->
          new Names(
              "user_id",
              "created_at",
              "last_accessed",
              "active_podcast_stream_id",
              Moment.Style.NAIVE);
      case AETHERCAST, ANY ->
          new Names(
              "user_id",
              null,
              "last_activity_timestamp",
              "active_podcast_stream_id",
              Moment.Style.NAIVE);
    };
  }
}
