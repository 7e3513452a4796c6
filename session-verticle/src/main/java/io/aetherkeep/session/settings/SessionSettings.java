package io.aetherkeep.session.settings;

import java.time.Duration;
import java.util.Map;

/**
 * What the session verticle needs to know.
 *
 * @param activityEvery how often at most a session's activity is written into it
 * @param endedRemembered for how long an ended session is kept from coming back
 * @param sweepEvery how often it is looked which sessions are over
 * @param positionsEvery how often at most a session's position is written
 * @param spaces what differs by space, by its name
 */
public record SessionSettings(
    Duration activityEvery,
    Duration endedRemembered,
    Duration sweepEvery,
    TokenEncoding tokens,
    Duration positionsEvery,
    Map<String, Policy> spaces) {

  /** Which vocabulary tokens are counted with. */
  public enum TokenEncoding {
    CL100K,
    O200K,
    P50K,
    R50K
  }

  /**
   * What holds in one space.
   *
   * @param cap how many sessions a user may have
   * @param historyMessages how many messages a transcript keeps; 0 for any number
   * @param recorded whether what Redis has lost is put back out of a system of record
   * @param streams how many sessions of a user may play at once; 0 for any number
   * @param history where transcripts are kept
   * @param historyRecorded whether a system of record is told what is appended
   */
  public record Policy(
      Cap cap,
      int historyMessages,
      boolean recorded,
      int streams,
      HistoryLayout history,
      boolean historyRecorded) {

    static final Policy FREE = new Policy(new Cap(0, Cap.Rule.OLDEST_OUT), 0, false, 0);

    /** A policy that keeps transcripts where it finds them. */
    public Policy(Cap cap, int historyMessages, boolean recorded, int streams) {
      this(cap, historyMessages, recorded, streams, HistoryLayout.FOUND, false);
    }
  }

  /** Where a council's sessions have their transcripts, of which older and newer proxies differ. */
  public enum HistoryLayout {
    /** Where a session has one, and both where it has none. */
    FOUND,
    /** In the hash, as older proxies do. */
    FIELD,
    /** In a list beside it, as newer proxies do. */
    LIST,
    /** For proxies of both kinds. */
    BOTH
  }

  /**
   * How many sessions a user may have, 0 for any number, and what happens beyond.
   *
   * @param most how many
   */
  public record Cap(int most, Rule rule) {

    /** What a session too many does. */
    public enum Rule {
      /** It ends the one that would have been over first. */
      OLDEST_OUT,
      /** It is not opened. */
      REFUSE
    }
  }

  public SessionSettings {
    spaces = Map.copyOf(spaces);
  }

  /** The usual settings. */
  public static SessionSettings usual() {
    return new SessionSettings(
        Duration.ofSeconds(5),
        Duration.ofMinutes(15),
        Duration.ofSeconds(1),
        TokenEncoding.CL100K,
        Duration.ofSeconds(1),
        Map.of());
  }

  /** Where a record could bring an ended session back, for as long as it could. */
  public Duration endedRemembered(String space, Duration lifetime) {
    return policy(space).recorded() && lifetime.compareTo(endedRemembered) > 0
        ? lifetime
        : endedRemembered;
  }

  public Policy policy(String space) {
    return spaces.getOrDefault(space, Policy.FREE);
  }
}
