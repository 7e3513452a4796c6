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
 * Search of a space for the sessions that the index of their user does not know, for users who log
 * out everywhere: those that other services wrote, or gave to another user, and those whose index
 * was lost. It walks over all keys: at once while they are few, then slowly, in the background. One
 * walk at a time serves all who asked before it began. It reads what no index knows, and of the
 * rest what may be theirs. Other users' sessions that it comes by are adopted. Where its node dies,
 * another one begins it anew.
 */
public final class ForeignSearch {

  private static final System.Logger LOG = System.getLogger(ForeignSearch.class.getName());

  /** How many keys a step looks at, about. */
  private static final int STEP = 500;

  /** After how many steps nobody waits any longer. */
  private static final int STEPS_AT_ONCE = 4;

  /** How many sessions are read at once; each may be large. */
  private static final int AT_ONCE = 25;

  /** Between two steps in the background: Redis is there for others. */
  private static final Duration PAUSE = Duration.ofMillis(10);

  private final SessionEnd endings;
  private final BiConsumer<Duration, Runnable> timer;
  private final Map<String, Walk> walks = new HashMap<>();

  public ForeignSearch(SessionEnd endings, BiConsumer<Duration, Runnable> timer) {
    this.endings = endings;
    this.timer = timer;
  }

  /**
   * Whose sessions are to end.
   *
   * @param number of the log-out; what was registered or opened later is not meant
   */
  record Target(String user, String except, long number) {

    private Instant at() {
      return Instant.ofEpochMilli(number / 1000);
    }

    /** As the index of searches has it: no name holds a space. */
    private String text() {
      return number + " " + except + " " + user;
    }

    private static Target of(String text) {
      String[] parts = text.split(" ", 3);
      return new Target(parts[2], parts[1], Long.parseLong(parts[0]));
    }
  }

  /** How many were ended so far, and whether the search goes on. */
  record Result(long ended, boolean searching) {}

  /** Has another node search where this one dies before it has. */
  static Future<Void> begun(SessionSpace space, Target target) {
    return space.index().searching(target.text(), UserIndex.SEARCHING);
  }

  /**
   * Does the search of a node that has died, or could not; answers in how many ms to look again
   * whether it goes on, or -1.
   */
  Future<Long> resume(SessionSpace space, String text) {
    Target target = Target.of(text);
    return new Asked(target)
        .note(space, true)
        .compose(noted -> end(space, target))
        .map(result -> result.searching ? UserIndex.SEARCHING.toMillis() : -1);
  }

  Future<Result> end(SessionSpace space, Target target) {
    Asked asked = new Asked(target);
    Walk walk = walks.get(space.name());
    if (walk == null) {
      new Walk(space, List.of(asked)).start();
    } else {
      walk.waiting.add(asked);
      if (walk.steps >= STEPS_AT_ONCE) {
        asked.answer(true);
      }
    }
    return asked.promise.future();
  }

  /** One who asked. */
  private static final class Asked {
    private final Target target;
    private final Promise<Result> promise = Promise.promise();
    private long ended;

    Asked(Target target) {
      this.target = target;
    }

    void answer(boolean searching) {
      promise.tryComplete(new Result(ended, searching));
    }

    /** What is met elsewhere meanwhile, and does not say that it is newer, ends as well. */
    Future<Void> note(SessionSpace space, boolean goesOn) {
      return Future.all(
              space.users().searching(target.user, target.number, goesOn, space.remembered()),
              goesOn ? begun(space, target) : space.index().searched(target.text()))
          .mapEmpty();
    }

    boolean means(StoredSession session) {
      return session.owner().equals(target.user)
          && !session.id().equals(target.except)
          && isBefore(session);
    }

    /** One that does not say when it was opened may have been there before. */
    private boolean isBefore(StoredSession session) {
      Long number = session.facts().number();
      if (number != null && session.isRegistered()) {
        return number <= target.number;
      }
      Instant created = session.created();
      return created == null || !created.isAfter(target.at());
    }
  }

  /** A walk over all keys of a space. */
  private final class Walk {
    private final SessionSpace space;
    private final List<Asked> all;
    private final Set<String> users;
    private final List<Asked> waiting = new ArrayList<>();
    private int steps;
    private long notedNanos = System.nanoTime();

    Walk(SessionSpace space, List<Asked> all) {
      this.space = space;
      this.all = all;
      this.users = all.stream().map(asked -> asked.target.user).collect(Collectors.toSet());
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
                      .unseen(page.ids())
                      .compose(unseen -> each(page.ids(), Set.copyOf(unseen), 0))
                      .map(done -> page.next()))
          .onComplete(this::next, this::failed);
    }

    private void next(String cursor) {
      steps++;
      if (cursor.isEmpty()) {
        over(null);
      } else if (steps < STEPS_AT_ONCE) {
        step(cursor);
      } else {
        all.forEach(asked -> asked.answer(true));
        waiting.forEach(asked -> asked.answer(true));
        note();
        timer.accept(PAUSE, () -> step(cursor));
      }
    }

    /** Now and then; one that cannot be noted is noted the next time. */
    private void note() {
      if (System.nanoTime() - notedNanos > UserIndex.SEARCHING.toNanos() / 3) {
        notedNanos = System.nanoTime();
        Stream.concat(all.stream(), waiting.stream()).forEach(asked -> asked.note(space, true));
      }
    }

    private void failed(Throwable thrown) {
      LOG.log(
          System.Logger.Level.WARNING,
          () ->
              "The search of "
                  + space.name()
                  + " for sessions of users who logged out broke off after "
                  + steps
                  + " steps; it begins anew within a minute: "
                  + thrown.getMessage());
      over(thrown);
    }

    private void over(@Nullable Throwable failure) {
      walks.remove(space.name());
      long ended = all.stream().mapToLong(asked -> asked.ended).sum();
      LOG.log(
          steps >= STEPS_AT_ONCE ? System.Logger.Level.INFO : System.Logger.Level.DEBUG,
          () ->
              "Searched %s in %d steps for sessions of users who logged out: %d ended"
                  .formatted(space.name(), steps, ended));
      for (Asked asked : all) {
        if (failure == null) {
          asked.note(space, false).onComplete(noted -> asked.answer(false));
        } else {
          asked.promise.tryFail(failure);
        }
      }
      if (!waiting.isEmpty()) {
        new Walk(space, List.copyOf(waiting)).start();
      }
    }

    private Future<Void> each(List<String> ids, Set<String> unseen, int from) {
      if (from >= ids.size()) {
        return Future.succeededFuture();
      }
      int to = Math.min(ids.size(), from + AT_ONCE);
      List<Future<Void>> some =
          ids.subList(from, to).stream().map(id -> peek(id, unseen.contains(id))).toList();
      return Future.all(some).compose(done -> each(ids, unseen, to));
    }

    private Future<Void> peek(String id, boolean unseen) {
      return (unseen ? Future.succeededFuture(true) : space.store().mayBeOf(id, users))
          .compose(
              may ->
                  may
                      ? space.store().peek(id)
                      : Future.succeededFuture(Optional.<StoredSession>empty()))
          .compose(found -> found.isEmpty() ? Future.succeededFuture() : judge(found.get()))
          .recover(ForeignSearch::unlessUnreadable)
          .mapEmpty();
    }

    private Future<?> judge(StoredSession session) {
      Optional<Asked> meant = all.stream().filter(asked -> asked.means(session)).findFirst();
      return meant.isEmpty()
          ? space.adoption().adopt(session)
          : endings
              .end(space, session.id(), Ending.LOGOUT)
              .onSuccess(was -> meant.get().ended += was ? 1 : 0);
    }
  }

  private static <T> Future<T> unlessUnreadable(Throwable thrown) {
    return Failure.from(thrown).code() == Code.UNREADABLE_VALUE
        ? Future.succeededFuture()
        : Future.failedFuture(thrown);
  }
}
