package io.aetherkeep.session.lifecycle;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionAsks.Ending;
import io.aetherkeep.session.layout.StoredSession;
import io.aetherkeep.session.space.SessionSpace;
import io.aetherkeep.session.store.UserIndex;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Search of a space for sessions of logged-out users that their index does not know: those that
 * other services wrote or gave to another user, and those whose index was lost. It scans all keys:
 * the first steps at once, the others slowly in the background. One scan at a time serves all
 * requests made before it began. It reads sessions that no index knows, and of the others those
 * that may belong to one of the users. Sessions of other users that it meets are adopted. If its
 * node dies, another node restarts the search.
 */
public final class ForeignSearch {

  private static final System.Logger LOG = System.getLogger(ForeignSearch.class.getName());

  /** Approximate number of keys a step scans. */
  private static final int STEP = 500;

  /** Number of steps after which a request is answered while the search goes on. */
  private static final int STEPS_AT_ONCE = 4;

  /** How many sessions are read at once. Each may be large. */
  private static final int AT_ONCE = 25;

  /** Pause between two background steps, which leaves Redis time for others. */
  private static final Duration PAUSE = Duration.ofMillis(10);

  private final SessionEnd endings;
  private final BiConsumer<Duration, Runnable> timer;
  private final Map<String, Walk> walks = new HashMap<>();

  public ForeignSearch(SessionEnd endings, BiConsumer<Duration, Runnable> timer) {
    this.endings = endings;
    this.timer = timer;
  }

  /**
   * User whose sessions are to end.
   *
   * @param number number of the log-out; sessions registered or opened later are kept
   */
  record Target(String user, String except, long number) {

    private Instant at() {
      return Instant.ofEpochMilli(number / 1000);
    }

    /** Encodes the target for the index of searches. User names hold no space. */
    private String text() {
      return number + " " + except + " " + user;
    }

    private static Target of(String text) {
      String[] parts = text.split(" ", 3);
      return new Target(parts[2], parts[1], Long.parseLong(parts[0]));
    }
  }

  /** The number of sessions ended so far, and whether the search goes on. */
  record Result(long ended, boolean searching) {}

  /** Registers the search, so that another node takes it over if this one dies. */
  static Future<Void> begun(SessionSpace space, Target target) {
    return space.index().searching(target.text(), UserIndex.SEARCHING);
  }

  /**
   * Takes over the search of a node that died or failed. Answers in how many ms to check it again,
   * or -1 if it is done.
   */
  Future<Long> resume(SessionSpace space, String text) {
    Target target = Target.of(text);
    return new SearchRequest(target)
        .note(space, true)
        .compose(noted -> end(space, target))
        .map(result -> result.searching ? UserIndex.SEARCHING.toMillis() : -1);
  }

  Future<Result> end(SessionSpace space, Target target) {
    SearchRequest request = new SearchRequest(target);
    Walk walk = walks.get(space.name());
    if (walk == null) {
      new Walk(space, List.of(request)).start();
    } else {
      walk.waiting.add(request);
      if (walk.steps >= STEPS_AT_ONCE) {
        request.answer(true);
      }
    }
    return request.promise.future();
  }

  /** One request for a search. */
  private static final class SearchRequest {
    private final Target target;
    private final Promise<Result> promise = Promise.promise();
    private long ended;

    SearchRequest(Target target) {
      this.target = target;
    }

    void answer(boolean searching) {
      promise.tryComplete(new Result(ended, searching));
    }

    /**
     * Stores in the user's index whether the search is running. During the search an existing
     * session that any node registers is ended unless its creation time shows that it is newer.
     */
    Future<Void> note(SessionSpace space, boolean goesOn) {
      return Future.all(
              space.users().searching(target.user, target.number, goesOn, space.remembered()),
              goesOn ? begun(space, target) : space.index().searched(target.text()))
          .mapEmpty();
    }

    boolean matches(StoredSession session) {
      return session.owner().equals(target.user)
          && !session.id().equals(target.except)
          && isBefore(session);
    }

    /**
     * Whether the session was opened before the log-out; true where its creation time is unknown.
     */
    private boolean isBefore(StoredSession session) {
      Long number = session.facts().number();
      if (number != null && session.isRegistered()) {
        return number <= target.number;
      }
      Instant created = session.created();
      return created == null || !created.isAfter(target.at());
    }
  }

  /** A scan of all keys of a space. */
  private final class Walk {
    private final SessionSpace space;
    private final List<SearchRequest> all;
    private final Set<String> users;
    private final List<SearchRequest> waiting = new ArrayList<>();
    private int steps;
    private long notedNanos = System.nanoTime();

    Walk(SessionSpace space, List<SearchRequest> all) {
      this.space = space;
      this.all = all;
      this.users = all.stream().map(request -> request.target.user).collect(Collectors.toSet());
    }

    void start() {
      walks.put(space.name(), this);
      step("");
    }

    private void step(String cursor) {
      space
          .listing()
          .page(cursor, STEP)
          .compose(
              page ->
                  space
                      .index()
                      .unindexed(page.ids())
                      .compose(unindexed -> each(page.ids(), Set.copyOf(unindexed), 0))
                      .map(done -> page.next()))
          .onComplete(this::next, this::failed);
    }

    private void next(String cursor) {
      steps++;
      if (cursor.isEmpty()) {
        finished(null);
      } else if (steps < STEPS_AT_ONCE) {
        step(cursor);
      } else {
        all.forEach(request -> request.answer(true));
        waiting.forEach(request -> request.answer(true));
        note();
        timer.accept(PAUSE, () -> step(cursor));
      }
    }

    /** Renews the notes at a third of their lifetime. A note that fails is renewed next time. */
    private void note() {
      if (System.nanoTime() - notedNanos > UserIndex.SEARCHING.toNanos() / 3) {
        notedNanos = System.nanoTime();
        Stream.concat(all.stream(), waiting.stream()).forEach(request -> request.note(space, true));
      }
    }

    private void failed(Throwable thrown) {
      LOG.log(
          System.Logger.Level.WARNING,
          () ->
              "The search in "
                  + space.name()
                  + " for sessions of logged-out users failed after "
                  + steps
                  + " steps and restarts within a minute: "
                  + thrown.getMessage());
      finished(thrown);
    }

    private void finished(@Nullable Throwable failure) {
      walks.remove(space.name());
      long ended = all.stream().mapToLong(request -> request.ended).sum();
      LOG.log(
          steps >= STEPS_AT_ONCE ? System.Logger.Level.INFO : System.Logger.Level.DEBUG,
          () ->
              "Searched %s in %d steps for sessions of logged-out users: %d ended"
                  .formatted(space.name(), steps, ended));
      for (SearchRequest request : all) {
        if (failure == null) {
          request.note(space, false).onComplete(noted -> request.answer(false));
        } else {
          request.promise.tryFail(failure);
        }
      }
      if (!waiting.isEmpty()) {
        new Walk(space, List.copyOf(waiting)).start();
      }
    }

    private Future<Void> each(List<String> ids, Set<String> unindexed, int from) {
      if (from >= ids.size()) {
        return Future.succeededFuture();
      }
      int to = Math.min(ids.size(), from + AT_ONCE);
      List<Future<Void>> some =
          ids.subList(from, to).stream().map(id -> peek(id, unindexed.contains(id))).toList();
      return Future.all(some).compose(done -> each(ids, unindexed, to));
    }

    private Future<Void> peek(String id, boolean unindexed) {
      return (unindexed ? Future.succeededFuture(true) : space.store().mayBelongTo(id, users))
          .compose(
              may ->
                  may
                      ? space.store().peek(id)
                      : Future.succeededFuture(Optional.<StoredSession>empty()))
          .compose(found -> found.isEmpty() ? Future.succeededFuture() : endOrAdopt(found.get()))
          .recover(ForeignSearch::skipUnreadable)
          .mapEmpty();
    }

    private Future<?> endOrAdopt(StoredSession session) {
      Optional<SearchRequest> match =
          all.stream().filter(request -> request.matches(session)).findFirst();
      return match.isEmpty()
          ? space.adoption().adopt(session)
          : endings
              .end(space, session.id(), Ending.LOGOUT)
              .onSuccess(was -> match.get().ended += was ? 1 : 0);
    }
  }

  private static <T> Future<T> skipUnreadable(Throwable thrown) {
    return Failure.from(thrown).code() == Code.UNREADABLE_VALUE
        ? Future.succeededFuture()
        : Future.failedFuture(thrown);
  }
}
