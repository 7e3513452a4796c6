package io.aetherkeep.router.watch;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.Kind;
import io.aetherkeep.catalogue.StatusAsks.FollowStatus;
import io.aetherkeep.catalogue.StatusAsks.Followed;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.router.loop.Slices;
import io.aetherkeep.router.watch.StatusWatchers.Joining;
import io.aetherkeep.router.watch.topic.SharedFrame;
import io.aetherkeep.router.watch.topic.TopicName;
import io.aetherkeep.router.watch.topic.TopicWatcher;
import io.aetherkeep.router.watch.topic.WatchedTopic;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Topic of a status, which delivers each change. Its watchers share one replay buffer, so that
 * Redis is asked once for all of them.
 */
final class StatusTopic implements WatchedTopic {

  private final TopicName name;
  private final Bus bus;
  private final Consumer<StatusTopic> empty;
  private final StatusWatchers watchers;
  private final List<Status> early = new ArrayList<>();
  private final ReplayBuffer past;
  private boolean asking;
  private boolean askAgain;

  /** Number of reads that have begun. */
  private long reads;

  /** Number of changes so far; a read is outdated if the number differs at its end. */
  private long changes;

  /** Whether the last read found no status. */
  private boolean absent;

  /** Whether watchers are beginning: if all leave then, the topic is removed afterwards. */
  private boolean beginning;

  /**
   * Creates a topic without watchers.
   *
   * @param slices sends a change to many watchers
   * @param empty called when the last watcher has left; reads in progress may call it again
   */
  StatusTopic(TopicName name, Bus bus, Slices slices, Consumer<StatusTopic> empty) {
    this.name = name;
    this.bus = bus;
    this.empty = empty;
    this.past = new ReplayBuffer(name);
    this.watchers = new StatusWatchers(slices);
  }

  @Override
  public TopicName name() {
    return name;
  }

  @Override
  public boolean isEnded() {
    Status last = past.last();
    return last != null && last.terminal();
  }

  @Override
  public void join(TopicWatcher watcher, @Nullable String after) {
    if (mayBegin(watcher, after)) {
      begin(watcher, after);
    } else {
      watchers.join(new Joining(watcher, after, reads));
      poll();
    }
  }

  /** Whether the watcher cannot know more than the topic, from another node. */
  private boolean mayBegin(TopicWatcher watcher, @Nullable String after) {
    Status last = past.last();
    if (last == null || after == null) {
      return last != null && watcher.accepts(past.present().get(0));
    }
    return after.equals(last.offset()) || last.isAfter(after);
  }

  private void begin(TopicWatcher watcher, @Nullable String after) {
    List<SharedFrame> since = after == null ? past.present() : past.since(after);
    if (since != null) {
      begin(watcher, after != null, since);
    } else {
      watchers.join(new Joining(watcher, after, reads));
      bus.ask(follow(after))
          .onComplete(missed -> resume(watcher, missed), thrown -> refuse(watcher, thrown));
    }
  }

  /** Begins with the missed changes, and those that arrived since they were requested. */
  private void resume(TopicWatcher watcher, Followed missed) {
    if (!watchers.removeJoining(watcher)) {
      return;
    }
    missed.statuses().forEach(this::onStatus);
    List<SharedFrame> since = new ArrayList<>();
    for (Status status : missed.statuses()) {
      since.add(SharedFrame.of(name, status, missed.recovered() || !since.isEmpty()));
    }
    begin(watcher, true, past.after(since));
  }

  private void begin(TopicWatcher watcher, boolean resumes, List<SharedFrame> since) {
    watchers.add(watcher, since, past.last());
    watcher.begun(resumes && since.stream().allMatch(SharedFrame::recovered), since);
  }

  private void refuse(TopicWatcher watcher, Throwable reason) {
    if (watchers.removeJoining(watcher)) {
      watcher.fail(reason);
      leaveIfEmpty();
    }
  }

  @Override
  public void leave(TopicWatcher watcher) {
    watchers.remove(watcher);
    leaveIfEmpty();
  }

  private void leaveIfEmpty() {
    if (watchers.isEmpty() && !beginning) {
      empty.accept(this);
    }
  }

  /**
   * Receives a status from the bus; reads from Redis if it is not the next after the last known
   * one.
   */
  void onStatus(Status status) {
    Status known = past.last();
    if (known == null && absent && status.previous() == null) {
      advance(status, true);
    } else if (known == null) {
      early.add(status);
      poll();
    } else if (status.isAfter(known.offset())) {
      if (known.offset().equals(status.previous())) {
        advance(status, true);
      } else {
        poll();
      }
    }
  }

  private void advance(Status status, boolean recovered) {
    absent = false;
    changes++;
    past.add(status, recovered);
    watchers.send(past.newest(), status);
  }

  /** Reads the changes after the last known one. */
  @Override
  public void poll() {
    if (asking) {
      askAgain = true;
      return;
    }
    asking = true;
    reads++;
    long before = changes;
    Status known = past.last();
    bus.ask(follow(known == null ? null : known.offset()))
        .onComplete(followed -> received(before, followed), thrown -> failed(before, thrown));
  }

  private void received(long before, Followed followed) {
    asking = false;
    if (!followed.recovered() && changes != before) {
      // The status without those before it may be older than the changes heard since.
      poll();
      return;
    }
    boolean recovered = followed.recovered();
    for (Status status : followed.statuses()) {
      Status last = past.last();
      if (last == null || status.isAfter(last.offset()) || !recovered) {
        advance(status, recovered);
        recovered = true;
      }
    }
    hearEarly();
    begin();
    recheck();
  }

  private void begin() {
    if (past.last() != null) {
      long read = reads;
      watchers.eachJoining(one -> beginLate(one, read));
    }
  }

  /**
   * Begins when the watcher's turn comes, unless it has left or begun by then. A watcher that may
   * be ahead of the topic waits for a read that began after it joined.
   */
  private void beginLate(Joining one, long read) {
    boolean fresh = past.last() != null && read > one.reads();
    if ((fresh || mayBegin(one.watcher(), one.after())) && watchers.removeJoining(one)) {
      begin(one.watcher(), one.after());
      leaveIfEmpty();
    }
  }

  private FollowStatus follow(@Nullable String after) {
    return new FollowStatus(name.space(), name.key(), name.keys().get(1), after);
  }

  private void recheck() {
    if (askAgain) {
      askAgain = false;
      poll();
    }
  }

  /**
   * Handles a failed read. Watchers wait for Redis, or for a status that does not exist yet; other
   * failures end the watchers that waited for this read. Those that joined during it wait for the
   * next one.
   */
  private void failed(long before, Throwable thrown) {
    asking = false;
    Failure failure = Failure.from(thrown);
    if (changes != before) {
      askAgain = true;
    } else if (past.last() == null && failure.code() == Code.STATUS_UNKNOWN) {
      waitForCreation();
    } else {
      refuse(failure);
    }
    leaveIfEmpty();
    recheck();
  }

  private void waitForCreation() {
    absent = true;
    List<Joining> waiting = watchers.takeWaiting(reads);
    beginning = true;
    waiting.forEach(one -> watchers.add(one.watcher(), List.of(), null));
    SharedFrame nothing = SharedFrame.latest(name, null);
    for (Joining one : waiting) {
      boolean knows = Status.BEGINNING.equals(one.after());
      one.watcher().begun(knows, knows ? List.of() : List.of(nothing));
    }
    beginning = false;
    hearEarly();
  }

  /** Receives the statuses that came before the first read ended. */
  private void hearEarly() {
    List<Status> heard = List.copyOf(early);
    early.clear();
    heard.forEach(this::onStatus);
  }

  private void refuse(Failure failure) {
    List<TopicWatcher> refused = new ArrayList<>();
    watchers.takeWaiting(reads).forEach(one -> refused.add(one.watcher()));
    if (failure.kind() == Kind.UNKNOWN) {
      refused.addAll(watchers.removeBegun());
    }
    refused.forEach(watcher -> watcher.fail(failure));
  }

  @Override
  public List<TopicWatcher> watchers() {
    return watchers.list();
  }
}
