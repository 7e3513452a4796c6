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
 * <p>A session is registered before it is there, and a log-out everywhere is noted before it reads
 * the index: so either the log-out finds the session's entry, or the session finds the log-out. An
 * entry is removed only by its sequence number, once its session is known to be over, or when it is
 * too old to be one of a session that is being opened.
 */
public interface UserIndex {

  /** For so long a search is taken to go on unless it says so again. */
  Duration SEARCHING = Duration.ofSeconds(30);

  /** How old the entry of a session that was not found must be; an opening is over long before. */
  Duration STALE = Duration.ofMinutes(1);

  /** Registers a session that is about to be there; answers its sequence number. */
  Future<Long> register(String user, String id, long ttlMillis);

  /**
   * Registers a session that lived before; nothing where its user has logged out everywhere since.
   *
   * <p>While a log-out is {@linkplain #searching searching}, one that does not say that it was
   * created later counts as from before it.
   *
   * @param since since when it is known to live
   * @param created when it says that it was created
   */
  Future<Optional<Long>> registerKnown(
      String user, String id, long ttlMillis, Instant since, @Nullable Instant created);

  /** Registers the session that replaces another; nothing where that one is logged out. */
  Future<Optional<Long>> registerInstead(String user, String id, long ttlMillis, String replaced);

  /** Moves the expiry of an entry; false where there is none. */
  Future<Boolean> renew(String user, String id, long ttlMillis);

  /** Removes the entry of a session that is over, where its number is known. */
  Future<Void> leave(String user, String id, @Nullable Long number);

  /** Removes entries whose sessions were not found, if they are {@link #STALE}. */
  Future<Void> forget(String user, List<Entry> entries);

  /** One entry. */
  record Entry(String id, long number) {}

  /** Entries with lesser numbers, the greatest first. */
  Future<List<Entry>> page(String user, long below, int count);

  /** Logs a user out everywhere, but for one session; a search is taken to go on from then. */
  Future<Logout> logOut(String user, String except, Duration remembered);

  /**
   * A log-out everywhere.
   *
   * @param number no session up to this number may live on
   * @param excepted the number that the excepted session has now, if there is one
   */
  record Logout(long number, @Nullable Long excepted) {}

  /**
   * Notes whether the search of a log-out for sessions that no index knows goes on.
   *
   * @param remembered for how long the log-out is remembered from now on
   */
  Future<Void> searching(String user, long number, boolean goesOn, Duration remembered);

  /** The number of the user's last log-out everywhere, 0 if none is remembered. */
  Future<Long> lastLogout(String user);

  /**
   * Admits a session that was opened, of which a user may have so many.
   *
   * @param begun the last log-out when it was begun
   */
  Future<CapResult> admit(
      String user, String id, long ttlMillis, SessionSettings.Cap cap, long begun);

  /** Whether a session was admitted. */
  sealed interface CapResult {}

  /** It has a number; others have to give way. */
  record Admitted(long number, List<Entry> giveWay) implements CapResult {}

  /** There is no space, because of these. */
  record Full(List<Entry> others) implements CapResult {}

  /** Its user has logged out everywhere meanwhile. */
  record LoggedOut() implements CapResult {}
}
