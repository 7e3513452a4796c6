package io.aetherkeep.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Event;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks and events of the session verticle on playback and listeners. */
public final class PlaybackAsks {

  private PlaybackAsks() {}

  /** Playback state of a session. */
  public enum State {
    PLAYING,
    PAUSED,
    STOPPED;

    /** The word in JSON and in Redis. */
    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The state that a word names; an unknown word means stopped. */
    public static State of(@Nullable String word) {
      for (State state : values()) {
        if (state.word().equals(word)) {
          return state;
        }
      }
      return STOPPED;
    }
  }

  /**
   * Reports what a session plays and where; the highest {@code seq} of a session wins.
   *
   * <p>A change of state, podcast or rate is written at once; a mere position is buffered and
   * written at most once a second for each session.
   *
   * @param state null for a mere position
   * @param podcast null if unchanged
   * @param positionMs null if unchanged
   * @param rate playback rate, 1 as recorded; null if unchanged
   * @param seq the client's own counter; without it, the current one plus one
   * @param connection the reporting socket, if it is one
   * @param here whether to stop the user's other playbacks: "play here instead"
   */
  public record ReportPlayback(
      String space,
      String session,
      @Nullable State state,
      @Nullable String podcast,
      @Nullable Long positionMs,
      @Nullable Double rate,
      @Nullable Long seq,
      @Nullable String connection,
      @Nullable Boolean here)
      implements Ask<Reported> {
    public ReportPlayback {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(session, "session");
    }
  }

  /** The playback after a report, and whether the report was outdated. */
  public record Reported(Playback playback, boolean late) {}

  /** Reads what a session plays, no matter which client reported it. */
  public record ReadPlayback(String space, String session) implements Ask<Playback> {
    public ReadPlayback {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(session, "session");
    }
  }

  /**
   * Playback of a session.
   *
   * @param podcastId null if it has never played anything
   * @param updatedAt when it was reported
   * @param seq of the newest report
   * @param connections number of the session's sockets
   * @param staleSeconds age of this state while Redis is unavailable; usually null
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record Playback(
      String session,
      @Nullable String podcastId,
      State state,
      long positionMs,
      double rate,
      @Nullable String updatedAt,
      long seq,
      int connections,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long staleSeconds) {

    /** The same playback with another name of its session. */
    public Playback withSession(String other) {
      return new Playback(
          other, podcastId, state, positionMs, rate, updatedAt, seq, connections, staleSeconds);
    }

    /** The same playback with another age as stale state; null if it is not stale. */
    public Playback asStale(@Nullable Long seconds) {
      return new Playback(
          session, podcastId, state, positionMs, rate, updatedAt, seq, connections, seconds);
    }
  }

  /** Registers a socket of a session; {@link KeepConnections} renews its lease. */
  public record JoinSession(String space, String session, String connection)
      implements Ask<Playback> {
    public JoinSession {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(session, "session");
      Objects.requireNonNull(connection, "connection");
    }
  }

  /**
   * Unregisters a socket of a session. Its playback stops, unless another socket takes it over
   * within the grace period.
   *
   * @param connection as it was registered
   */
  public record LeaveSession(String space, String session, String connection) implements Ask<Left> {
    public LeaveSession {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(session, "session");
      Objects.requireNonNull(connection, "connection");
    }
  }

  /** A socket was unregistered. */
  public record Left() {}

  /** Renews the leases of many sockets, and of their sessions as listeners, at once. */
  public record KeepConnections(String space, List<Connected> connections) implements Ask<Kept> {
    public KeepConnections {
      Objects.requireNonNull(space, "space");
      connections = List.copyOf(connections);
    }
  }

  /** A socket of a session. */
  public record Connected(String session, String connection) {}

  /**
   * How many leases were renewed.
   *
   * @param gone sockets whose sessions have ended: the caller must close them
   */
  public record Kept(int kept, List<Connected> gone) {
    public Kept {
      gone = List.copyOf(gone);
    }
  }

  /** Reads the playback statistics of a space, and this node's counters. */
  public record ReadPlaybackStats(String space) implements Ask<PlaybackStats> {
    public ReadPlaybackStats {
      Objects.requireNonNull(space, "space");
    }
  }

  /**
   * Playback statistics of a space.
   *
   * @param listeners over all podcasts and nodes, counted within the last second
   * @param joined sessions with a socket or a playback, on all nodes
   * @param received positions that this node received
   * @param written positions that it wrote to Redis
   * @param dropped positions that were outdated, or exceeded its buffer
   */
  public record PlaybackStats(
      String space, long listeners, long joined, long received, long written, long dropped) {}

  /**
   * A session's playback has changed; for a mere position, at most once a second.
   *
   * @param userId the session's user; absent if it has none
   * @param positionOnly true if podcast, state and rate are as before, otherwise absent
   */
  public record PlaybackChanged(
      String space,
      String session,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String userId,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean positionOnly,
      Playback playback)
      implements Event {}

  /**
   * The last connection of a session has ended, after the grace period.
   *
   * @param podcastId what it played; null if it has never played anything
   */
  public record PresenceOffline(
      String space, String session, @Nullable String userId, @Nullable String podcastId)
      implements Event {}
}
