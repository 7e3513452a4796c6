package io.aetherkeep.router.watch;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.Kind;
import io.aetherkeep.catalogue.StatusAsks.FollowStatus;
import io.aetherkeep.catalogue.StatusAsks.Followed;
import io.aetherkeep.catalogue.StatusAsks.Status;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One status that is followed on this event loop, by however many: they share what is known of it,
 * so that Redis is asked for the status and not for each of them.
 */
public final class StatusTopic {

  /** Which status it is. */
  public record Name(String space, String kind, String id) {}

  /** Who wants to follow, and from where on. */
  private record Joining(StatusWatcher watcher, @Nullable String after) {}

  private final Name name;
  private final Bus bus;
  private final Consumer<StatusTopic> empty;
  private final Set<StatusWatcher> watchers = new LinkedHashSet<>();
  private final List<Joining> joining = new ArrayList<>();
  private final List<Status> early = new ArrayList<>();
  private final StatusPast past = new StatusPast();
  private boolean asking;
  private boolean askAgain;

  /** How many changes there were, by which an answer is known to be older than the last. */
  private long changes;

  /** Nothing was known of it when it was asked for last. */
  private boolean absent;

  /** Some are yet to begin, though neither set names them. */
  private boolean beginning;

  /**
   * A topic without anybody yet.
   *
   * @param empty is told when the last one has left, and again by what was still under way then
   */
  StatusTopic(Name name, Bus bus, Consumer<StatusTopic> empty) {
    this.name = name;
    this.bus = bus;
    this.empty = empty;
  }

  Name name() {
    return name;
  }

  boolean isFinal() {
    Status last = past.last();
    return last != null && last.terminal();
  }

  void join(StatusWatcher watcher, @Nullable String after) {
    if (past.last() == null) {
      joining.add(new Joining(watcher, after));
      look();
    } else {
      begin(watcher, after);
    }
  }

  private void begin(StatusWatcher watcher, @Nullable String after) {
    List<StatusNews> since = after == null ? past.present() : past.since(after);
    if (since != null) {
      watchers.add(watcher);
      watcher.begun(since);
    } else {
      joining.add(new Joining(watcher, after));
      bus.ask(new FollowStatus(name.space, name.kind, name.id, after))
          .onComplete(missed -> resume(watcher, missed), thrown -> refuse(watcher, thrown));
    }
  }

  /** Begins with what was missed, and with what has come since that was asked for. */
  private void resume(StatusWatcher watcher, Followed missed) {
    if (!joining.removeIf(waiting -> waiting.watcher == watcher)) {
      return;
    }
    missed.statuses().forEach(this::heard);
    List<StatusNews> since = new ArrayList<>();
    for (Status status : missed.statuses()) {
      since.add(new StatusNews(status, missed.recovered() || !since.isEmpty()));
    }
    watchers.add(watcher);
    watcher.begun(past.after(since));
  }

  private void refuse(StatusWatcher watcher, Throwable why) {
    if (joining.removeIf(waiting -> waiting.watcher == watcher)) {
      watcher.gone(why);
      leaveIfEmpty();
    }
  }

  void leave(StatusWatcher watcher) {
    watchers.remove(watcher);
    joining.removeIf(waiting -> waiting.watcher == watcher);
    leaveIfEmpty();
  }

  private void leaveIfEmpty() {
    if (watchers.isEmpty() && joining.isEmpty() && !beginning) {
      empty.accept(this);
    }
  }

  /** Takes a status that was heard of; one that does not follow the last is not the next. */
  void heard(Status status) {
    Status known = past.last();
    if (known == null && absent && status.previous() == null) {
      advance(new StatusNews(status, true));
    } else if (known == null) {
      early.add(status);
      look();
    } else if (status.isAfter(known.offset())) {
      if (known.offset().equals(status.previous())) {
        advance(new StatusNews(status, true));
      } else {
        look();
      }
    }
  }

  private void advance(StatusNews news) {
    absent = false;
    changes++;
    past.add(news);
    for (StatusWatcher watcher : watchers.toArray(StatusWatcher[]::new)) {
      watcher.told(news);
    }
  }

  /** Asks what has come after the last that is known. */
  void look() {
    if (asking) {
      askAgain = true;
      return;
    }
    asking = true;
    long before = changes;
    Status known = past.last();
    bus.ask(new FollowStatus(name.space, name.kind, name.id, known == null ? null : known.offset()))
        .onComplete(this::looked, thrown -> failed(before, thrown));
  }

  private void looked(Followed followed) {
    asking = false;
    boolean recovered = followed.recovered();
    for (Status status : followed.statuses()) {
      Status last = past.last();
      if (last == null || status.isAfter(last.offset()) || !recovered) {
        advance(new StatusNews(status, recovered));
        recovered = true;
      }
    }
    List<Status> waiting = List.copyOf(early);
    early.clear();
    waiting.forEach(this::heard);
    begin();
    lookIfAsked();
  }

  private void begin() {
    if (past.last() != null) {
      List<Joining> waiting = List.copyOf(joining);
      joining.clear();
      beginning = true;
      waiting.forEach(one -> begin(one.watcher, one.after));
      beginning = false;
      leaveIfEmpty();
    }
  }

  private void lookIfAsked() {
    if (askAgain) {
      askAgain = false;
      look();
    }
  }

  /**
   * Those who follow wait for Redis to come back, or for a status that is not there yet; those who
   * have not begun are told what else is wrong.
   */
  private void failed(long before, Throwable thrown) {
    asking = false;
    askAgain = false;
    Failure failure = Failure.from(thrown);
    if (changes != before) {
      look();
    } else if (past.last() == null && failure.code() == Code.STATUS_UNKNOWN) {
      await();
    } else {
      refuse(failure);
    }
    leaveIfEmpty();
  }

  private void await() {
    absent = true;
    List<Joining> waiting = List.copyOf(joining);
    joining.clear();
    beginning = true;
    waiting.forEach(one -> watchers.add(one.watcher));
    waiting.forEach(one -> one.watcher.unknown());
    beginning = false;
    List<Status> heard = List.copyOf(early);
    early.clear();
    heard.forEach(this::heard);
  }

  private void refuse(Failure failure) {
    List<StatusWatcher> told = new ArrayList<>();
    joining.forEach(waiting -> told.add(waiting.watcher));
    joining.clear();
    if (failure.kind() == Kind.UNKNOWN) {
      told.addAll(watchers);
      watchers.clear();
    }
    told.forEach(watcher -> watcher.gone(failure));
  }

  List<StatusWatcher> watchers() {
    List<StatusWatcher> all = new ArrayList<>(watchers);
    joining.forEach(waiting -> all.add(waiting.watcher));
    return all;
  }
}
