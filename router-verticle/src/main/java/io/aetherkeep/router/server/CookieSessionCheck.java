package io.aetherkeep.router.server;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionAsks.ReadSession;
import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.router.access.identity.Caller;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Check that the sessions of cookies with open responses exist, because the event of a session's
 * end can be lost, as in a partition of the nodes. Each second checks a share of the sessions, a
 * few at once.
 */
final class CookieSessionCheck {

  /** How many sessions are read at once. Each may be large. */
  static final int AT_ONCE = 20;

  private final Set<Caller> callers;
  private final Function<ReadSession, Future<Session>> ask;
  private final Consumer<Caller> ended;
  private final Set<Caller> due = new LinkedHashSet<>();
  private final Set<Caller> asked = new HashSet<>();
  private int share;

  /**
   * Creates the check of one event loop.
   *
   * @param callers the cookies with open responses at the time of each check
   * @param ended ends the responses of a cookie whose session does not exist
   */
  CookieSessionCheck(
      Set<Caller> callers, Function<ReadSession, Future<Session>> ask, Consumer<Caller> ended) {
    this.callers = callers;
    this.ask = ask;
    this.ended = ended;
  }

  /** Starts to check each session once in an interval. */
  void start(Vertx vertx, Duration every) {
    int shares = (int) Math.max(1, every.toSeconds());
    vertx.setPeriodic(Math.max(1, every.toMillis() / shares), id -> checkShare(shares));
  }

  private void checkShare(int shares) {
    share = (share + 1) % shares;
    for (Caller caller : callers) {
      if (Math.floorMod(session(caller).hashCode(), shares) == share && !asked.contains(caller)) {
        due.add(caller);
      }
    }
    askNext();
  }

  /** Checks all sessions. */
  void check() {
    checkShare(1);
  }

  private void askNext() {
    while (asked.size() < AT_ONCE && !due.isEmpty()) {
      Iterator<Caller> first = due.iterator();
      Caller caller = first.next();
      first.remove();
      asked.add(caller);
      // A read without touch does not restart the session's lifetime.
      ask.apply(new ReadSession(space(caller), session(caller), false, null))
          .onComplete(answer -> answered(caller, answer));
    }
  }

  /** Ends responses only if the session is gone, not if it cannot be read. */
  private void answered(Caller caller, AsyncResult<Session> answer) {
    asked.remove(caller);
    if (answer.failed() && Failure.from(answer.cause()).code() == Code.SESSION_UNKNOWN) {
      ended.accept(caller);
    }
    askNext();
  }

  private static String session(Caller caller) {
    return Objects.requireNonNull(caller.session());
  }

  private static String space(Caller caller) {
    return caller.spaces().iterator().next();
  }
}
