package io.aetherkeep.session.lifecycle;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionAsks.Ending;
import io.aetherkeep.session.layout.StoredSession;
import io.aetherkeep.session.lifecycle.SearchRequest.Result;
import io.aetherkeep.session.lifecycle.SearchRequest.Target;
import io.aetherkeep.session.space.SessionSpace;
import io.aetherkeep.session.store.UserIndex;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Search of a space for sessions of logged-out users that their index does not know: those that
 * other services wrote or gave to another user, and those whose index was lost. It scans all keys:
 * the first steps at once, the others slowly in the background. One scan at a time serves all
 * requests made before it began. It reads sessions that no index knows, and of the others those
 * that may belong to one of the users, or all if there are many users. Sessions of other users that
 * it meets are adopted. If its node dies, another node restarts the search.
 */
public final class ForeignSearch {

  private static final System.Logger LOG = System.getLogger(ForeignSearch.class.getName());

  /** Approximate number of keys a step scans. */
  private static final int STEP = 500;

  /** Number of steps after which a request is answered while the search goes on. */
  private static final int STEPS_AT_ONCE = 4;

  /** How many sessions are read at once. Each may be large. */
  private static final int AT_ONCE = 25;

  /**
   * Limit of users whose names Redis looks for in sessions. With more users that takes Redis more
   * time than reading the sessions.
   */
  private static final int MOST_NAMES = 20;

  /** How many requests are noted at once. */
  private static final int NOTED_AT_ONCE = 50;

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
   * Takes over the search of a node that died or failed. Answers in how many ms to check it again,
   * or -1 if it is done.
   */
  Future<Long> resume(SessionSpace space, String text) {
    Target target = Target.of(text);
    return new SearchRequest(target)
        .note(space, true)
        .compose(noted -> end(space, target))
        .map(result -> result.searching() ? UserIndex.SEARCHING.toMillis() : -1);
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
    return request.result();
  }

  /** A scan of all keys of a space. */
  private final class Walk {
    private final SessionSpace space;
    private final List<SearchRequest> all;
    private final Map<String, List<SearchRequest>> byUser;
    private final List<SearchRequest> waiting = new ArrayList<>();
    private int steps;
    private long notedNanos = System.nanoTime();

    Walk(SessionSpace space, List<SearchRequest> all) {
      this.space = space;
      this.all = all;
      this.byUser = all.stream().collect(Collectors.groupingBy(SearchRequest::user));
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
                      .compose(unindexed -> each(page.ids(), Set.copyOf(unindexed)))
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
        note(Stream.concat(all.stream(), waiting.stream()).toList(), true, noted -> {});
      }
    }

    private void note(
        List<SearchRequest> requests, boolean goesOn, Consumer<SearchRequest> afterwards) {
      var unused =
          Groups.each(
              requests,
              NOTED_AT_ONCE,
              request ->
                  request
                      .note(space, goesOn)
                      .<Void>mapEmpty()
                      .otherwiseEmpty()
                      .onSuccess(noted -> afterwards.accept(request)));
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
      long ended = all.stream().mapToLong(SearchRequest::ended).sum();
      LOG.log(
          steps >= STEPS_AT_ONCE ? System.Logger.Level.INFO : System.Logger.Level.DEBUG,
          () ->
              "Searched %s in %d steps for sessions of logged-out users: %d ended"
                  .formatted(space.name(), steps, ended));
      if (failure == null) {
        note(all, false, request -> request.answer(false));
      } else {
        all.forEach(request -> request.fail(failure));
      }
      if (!waiting.isEmpty()) {
        new Walk(space, List.copyOf(waiting)).start();
      }
    }

    private Future<?> each(List<String> ids, Set<String> unindexed) {
      return Groups.each(ids, AT_ONCE, id -> peek(id, unindexed.contains(id)));
    }

    private Future<Void> peek(String id, boolean unindexed) {
      return (unindexed ? Future.succeededFuture(true) : mayMatch(id))
          .compose(
              may ->
                  may
                      ? space.store().peek(id)
                      : Future.succeededFuture(Optional.<StoredSession>empty()))
          .compose(found -> found.isEmpty() ? Future.succeededFuture() : endOrAdopt(found.get()))
          .recover(ForeignSearch::skipUnreadable)
          .mapEmpty();
    }

    private Future<Boolean> mayMatch(String id) {
      return byUser.size() > MOST_NAMES
          ? Future.succeededFuture(true)
          : space.store().mayBelongTo(id, byUser.keySet());
    }

    private Future<?> endOrAdopt(StoredSession session) {
      Optional<SearchRequest> match =
          byUser.getOrDefault(session.owner(), List.of()).stream()
              .filter(request -> request.matches(session))
              .findFirst();
      return match.isEmpty()
          ? space.adoption().adopt(session)
          : endings
              .end(space, session.id(), Ending.LOGOUT)
              .onSuccess(
                  was -> {
                    if (was) {
                      match.get().count();
                    }
                  });
    }
  }

  private static <T> Future<T> skipUnreadable(Throwable thrown) {
    return Failure.from(thrown).code() == Code.UNREADABLE_VALUE
        ? Future.succeededFuture()
        : Future.failedFuture(thrown);
  }
}
