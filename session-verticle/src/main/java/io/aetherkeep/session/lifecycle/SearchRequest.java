package io.aetherkeep.session.lifecycle;

import io.aetherkeep.session.layout.StoredSession;
import io.aetherkeep.session.space.SessionSpace;
import io.aetherkeep.session.store.UserIndex;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;

/** Request for a search for the sessions of a user who has logged out everywhere. */
final class SearchRequest {

  /**
   * User whose sessions are to end.
   *
   * @param number number of the log-out; sessions registered or opened later are kept
   */
  record Target(String user, String except, long number) {

    Instant at() {
      return Instant.ofEpochMilli(number / 1000);
    }

    /** Encodes the target for the index of searches. User names hold no space. */
    String text() {
      return number + " " + except + " " + user;
    }

    static Target of(String text) {
      String[] parts = text.split(" ", 3);
      return new Target(parts[2], parts[1], Long.parseLong(parts[0]));
    }
  }

  /** The number of sessions ended so far, and whether the search goes on. */
  record Result(long ended, boolean searching) {}

  private final Target target;
  private final Promise<Result> promise = Promise.promise();
  private long ended;
  private boolean isOver;

  SearchRequest(Target target) {
    this.target = target;
  }

  /** Completes when the search is done, or goes on in the background. */
  Future<Result> result() {
    return promise.future();
  }

  void answer(boolean searching) {
    promise.tryComplete(new Result(ended, searching));
  }

  void fail(Throwable why) {
    promise.tryFail(why);
  }

  String user() {
    return target.user;
  }

  /** Counts a session that the search has ended. */
  void count() {
    ended++;
  }

  long ended() {
    return ended;
  }

  /**
   * Stores in the user's index whether the search is running. During the search an existing session
   * that any node registers is ended unless its creation time shows that it is newer.
   */
  Future<Void> note(SessionSpace space, boolean goesOn) {
    if (goesOn && isOver) {
      // A renewal that comes late must not start the search again.
      return Future.succeededFuture();
    }
    isOver = !goesOn;
    return Future.all(
            space.users().searching(target.user, target.number, goesOn, space.remembered()),
            goesOn ? begun(space, target) : space.index().searched(target.text()))
        .mapEmpty();
  }

  /** Whether it ends a session of its user. */
  boolean matches(StoredSession session) {
    return !session.id().equals(target.except) && isBefore(session);
  }

  /** Whether the session was opened before the log-out; true where its creation time is unknown. */
  private boolean isBefore(StoredSession session) {
    Long number = session.facts().number();
    if (number != null && session.isRegistered()) {
      return number <= target.number;
    }
    Instant created = session.created();
    return created == null || !created.isAfter(target.at());
  }

  /** Registers the search, so that another node takes it over if this one dies. */
  static Future<Void> begun(SessionSpace space, Target target) {
    return space.index().searching(target.text(), UserIndex.SEARCHING);
  }
}
