package io.aetherkeep.session.store;

import io.aetherkeep.session.settings.SessionSettings;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Index of each user's sessions, in an order that use does not change.
 *
 * <p>A session is registered before it is stored, and a log-out everywhere is noted before it reads
 * the index: so either the log-out finds the session's entry, or the session finds the log-out. An
 * entry is removed only by its sequence number once its session has ended, or when it is too old to
 * belong to a session that is being opened.
 */
public interface UserIndex {

  /** Time after which a search that is not renewed counts as finished. */
  Duration SEARCHING = Duration.ofSeconds(30);

  /**
   * Minimum age of an entry that may be removed because its session was not found. An opening takes
   * less.
   */
  Duration STALE = Duration.ofMinutes(1);

  /** Registers a session before it is stored; answers its sequence number. */
  Future<Long> register(String user, String id, long ttlMillis);

  /**
   * Registers an existing session; empty where its user has logged out everywhere since.
   *
   * <p>While a log-out is {@linkplain #searching searching}, a session counts as older unless its
   * creation time is later.
   *
   * @param since time since when it is known to exist
   * @param created its creation time, if stored
   */
  Future<Optional<Long>> registerKnown(
      String user, String id, long ttlMillis, Instant since, @Nullable Instant created);

  /** Registers the replacement of a session; empty where that session is logged out. */
  Future<Optional<Long>> registerInstead(String user, String id, long ttlMillis, String replaced);

  /** Moves the expiry of an entry; false where there is none. */
  Future<Boolean> renew(String user, String id, long ttlMillis);

  /**
   * Removes the entry of an ended session, if its number matches; without a number only if it is
   * {@link #STALE}.
   */
  Future<Void> leave(String user, String id, @Nullable Long number);

  /** Removes entries whose sessions were not found, if they are {@link #STALE}. */
  Future<Void> forget(String user, List<Entry> entries);

  /** An entry of the index. */
  record Entry(String id, long number) {}

  /** Entries with lesser numbers, the greatest first. */
  Future<List<Entry>> page(String user, long below, int count);

  /**
   * Logs a user out everywhere except in one session. The search counts as running from then on.
   */
  Future<Logout> logOut(String user, String except, Duration remembered);

  /**
   * Log-out everywhere.
   *
   * @param number greatest number of a session that it ends
   * @param excepted new number of the excepted session, if there is one
   */
  record Logout(long number, @Nullable Long excepted) {}

  /**
   * Stores whether the search of a log-out for sessions that no index contains is still running.
   *
   * @param remembered how long the log-out is kept from now on
   */
  Future<Void> searching(String user, long number, boolean goesOn, Duration remembered);

  /** The number of the user's last log-out everywhere, 0 if none is stored. */
  Future<Long> lastLogout(String user);

  /**
   * Admits an opened session within its user's limit.
   *
   * @param begun the last log-out when the opening began
   */
  Future<CapResult> admit(
      String user, String id, long ttlMillis, SessionSettings.Cap cap, long begun);

  /** Result of an admission. */
  sealed interface CapResult {}

  /** The session is admitted with a number; the other sessions have to end. */
  record Admitted(long number, List<Entry> giveWay) implements CapResult {}

  /** The limit is reached by these sessions. */
  record Full(List<Entry> others) implements CapResult {}

  /** The user has logged out everywhere in the meantime. */
  record LoggedOut() implements CapResult {}
}
