package io.aetherkeep.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Event;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the session verticle answers and announces of playing and listening. */
public final class PlaybackAsks {

  private PlaybackAsks() {}

  /** What a session does with a podcast. */
  public enum State {
    PLAYING,
    PAUSED,
    STOPPED;

    /** As it stands in JSON and in Redis. */
    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The state that a word names; what nobody can read plays nothing. */
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
   * Reports what a session plays and where; the newest {@code seq} of a session wins.
   *
   * <p>A change of state, podcast or rate is written at once; a mere position is kept and written
   * at most once a second a session.
   *
   * @param state none for a mere position of what plays
   * @param podcast none where it stays the same
   * @param positionMs none where it stays the same
   * @param rate how fast it plays, 1 being as recorded; none where it stays the same
   * @param seq a client's own count of what it reports; without it one more than the present one
   * @param connection who reports, where it is a socket
   * @param here whether what else the user plays is stopped for it: "play here instead"
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

  /** What a report came to: the playback as it stands, and whether the report had come too late. */
  public record Reported(Playback playback, boolean late) {}

  /** Reads what a session plays, wherever it was reported. */
  public record ReadPlayback(String space, String session) implements Ask<Playback> {
    public ReadPlayback {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(session, "session");
    }
  }

  /**
   * What a session plays.
   *
   * @param podcastId none where it never played anything
   * @param updatedAt when it was reported
   * @param seq of the newest report
   * @param connections how many sockets the session has
   * @param staleSeconds how long ago it was so, where Redis could not be asked; none usually
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

    /** The same as it was a while ago, or as it is. */
    public Playback asStale(@Nullable Long seconds) {
      return new Playback(
          session, podcastId, state, positionMs, rate, updatedAt, seq, connections, seconds);
    }
  }

  /** A socket of a session is there; it is kept alive by {@link KeepConnections}. */
  public record JoinSession(String space, String session, String connection)
      implements Ask<Playback> {
    public JoinSession {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(session, "session");
      Objects.requireNonNull(connection, "connection");
    }
  }

  /**
   * A socket of a session is gone: what it played stops unless another one takes it up in time.
   *
   * @param connection as it had joined
   */
  public record LeaveSession(String space, String session, String connection) implements Ask<Left> {
    public LeaveSession {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(session, "session");
      Objects.requireNonNull(connection, "connection");
    }
  }

  /** A socket was taken off its session. */
  public record Left() {}

  /** Renews the leases of many sockets and of what their sessions listen to, in one go. */
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
   * @param gone those whose sessions live no more, whoever ended them: they are to be closed
   */
  public record Kept(int kept, List<Connected> gone) {
    public Kept {
      gone = List.copyOf(gone);
    }
  }

  /** Counts who listens to a podcast now. */
  public record ReadListeners(String space, String podcast) implements Ask<Listeners> {
    public ReadListeners {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(podcast, "podcast");
    }
  }

  /**
   * Who listens to a podcast now.
   *
   * @param listeners how many sessions
   * @param users how many different users; a session without a user counts for itself
   * @param peak the most sessions at once in the last day
   */
  public record Listeners(String podcastId, long listeners, long users, long peak) {}

  /** Lists the podcasts that are heard by most, now. */
  public record ReadTop(String space, @Nullable Integer limit) implements Ask<Top> {
    public ReadTop {
      Objects.requireNonNull(space, "space");
    }
  }

  /** Podcasts, the most heard first. */
  public record Top(List<Listeners> items) {
    public Top {
      items = List.copyOf(items);
    }
  }

  /**
   * Makes a ticket that opens one WebSocket, once and soon.
   *
   * @param session whose; none for an observer's, which only watches
   * @param credential what the ticket's rights end with, given back to whoever redeems it; none
   *     where they do not end
   */
  public record IssueTicket(String space, @Nullable String session, @Nullable String credential)
      implements Ask<Ticket> {
    public IssueTicket {
      Objects.requireNonNull(space, "space");
    }
  }

  /** A ticket and for how many seconds it may be used. */
  public record Ticket(String ticket, long expiresInSeconds) {
    @Override
    public String toString() {
      return "Ticket[expiresInSeconds=" + expiresInSeconds + "]";
    }
  }

  /** Takes a ticket for what it is for; a second time it is unknown. */
  public record RedeemTicket(String space, String ticket) implements Ask<Redeemed> {
    public RedeemTicket {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(ticket, "ticket");
    }

    @Override
    public String toString() {
      return "RedeemTicket[space=" + space + "]";
    }
  }

  /**
   * Whom a ticket was for.
   *
   * @param session none where it was an observer's
   * @param credential what it was issued with
   */
  public record Redeemed(@Nullable String session, @Nullable String credential) {}

  /** Counts what is played in a space, and what came in of it on this node. */
  public record ReadPlaybackStats(String space) implements Ask<PlaybackStats> {
    public ReadPlaybackStats {
      Objects.requireNonNull(space, "space");
    }
  }

  /**
   * What is played in a space.
   *
   * @param listeners over all podcasts and nodes, as counted within the last second
   * @param joined how many sessions have a socket or play, on all nodes
   * @param received how many positions came in on this node
   * @param written how many of these went to Redis
   * @param dropped how many came too late, or when there was no room for more
   */
  public record PlaybackStats(
      String space, long listeners, long joined, long received, long written, long dropped) {}

  /** What a session plays has changed; a mere position is told at most once a second. */
  public record PlaybackChanged(String space, String session, Playback playback) implements Event {}

  /** How many listen to a podcast has changed; told at most once a second a podcast. */
  public record ListenersChanged(String space, String podcastId, long listeners, long users)
      implements Event {}
}
