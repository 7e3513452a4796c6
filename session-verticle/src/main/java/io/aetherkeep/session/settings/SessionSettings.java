package io.aetherkeep.session.settings;

import java.time.Duration;
import java.util.Map;

/**
 * Settings of the session verticle.
 *
 * @param activityEvery minimum interval between two writes of a session's last activity
 * @param endedRemembered lifetime of tombstones of ended sessions
 * @param sweepEvery interval of sweeps for expired sessions
 * @param positionsEvery minimum interval between two writes of a session's position
 * @param spaces policies of spaces, by name
 */
public record SessionSettings(
    Duration activityEvery,
    Duration endedRemembered,
    Duration sweepEvery,
    TokenEncoding tokens,
    Duration positionsEvery,
    Map<String, Policy> spaces) {

  /** Vocabulary by which tokens are counted. */
  public enum TokenEncoding {
    CL100K,
    O200K,
    P50K,
    R50K
  }

  /**
   * Rules of one space.
   *
   * @param cap limit of sessions per user
   * @param historyMessages limit of messages in a transcript; 0 for none
   * @param recorded whether sessions that Redis has lost are restored from a system of record
   * @param streams limit of sessions of a user that play at once; 0 for none
   * @param history where transcripts are kept
   * @param historyRecorded whether appends are written to a system of record
   * @param nearFor how long a session is answered from a near copy, and the minimum interval
   *     between two restarts of its lifetime; zero for no near copies
   */
  public record Policy(
      Cap cap,
      int historyMessages,
      boolean recorded,
      int streams,
      HistoryLayout history,
      boolean historyRecorded,
      Duration nearFor) {

    static final Policy FREE = new Policy(new Cap(0, Cap.Rule.OLDEST_OUT), 0, false, 0);

    /** A policy that keeps transcripts where it finds them, and no near copies. */
    public Policy(Cap cap, int historyMessages, boolean recorded, int streams) {
      this(cap, historyMessages, recorded, streams, HistoryLayout.FOUND, false, Duration.ZERO);
    }
  }

  /**
   * Location of transcripts of council sessions, which older and newer proxies keep differently.
   */
  public enum HistoryLayout {
    /** Where a session has its history already; in both places for a new one. */
    FOUND,
    /** In the hash, as older proxies do. */
    FIELD,
    /** In a list beside it, as newer proxies do. */
    LIST,
    /** In both, for proxies of either kind. */
    BOTH
  }

  /**
   * Limit of sessions per user.
   *
   * @param most the limit, 0 for none
   */
  public record Cap(int most, Rule rule) {

    /** What happens at the limit. */
    public enum Rule {
      /** The session that would expire first is ended. */
      OLDEST_OUT,
      /** The new session is refused. */
      REFUSE
    }
  }

  public SessionSettings {
    spaces = Map.copyOf(spaces);
  }

  /** The default settings. */
  public static SessionSettings usual() {
    return new SessionSettings(
        Duration.ofSeconds(5),
        Duration.ofMinutes(15),
        Duration.ofSeconds(1),
        TokenEncoding.CL100K,
        Duration.ofSeconds(1),
        Map.of());
  }

  /**
   * Lifetime of tombstones. With a system of record it is at least the lifetime of sessions,
   * because until then a record could restore an ended one.
   */
  public Duration endedRemembered(String space, Duration lifetime) {
    return policy(space).recorded() && lifetime.compareTo(endedRemembered) > 0
        ? lifetime
        : endedRemembered;
  }

  public Policy policy(String space) {
    return spaces.getOrDefault(space, Policy.FREE);
  }
}
