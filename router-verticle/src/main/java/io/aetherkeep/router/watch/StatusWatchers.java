package io.aetherkeep.router.watch;

import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.router.loop.Slices;
import io.aetherkeep.router.watch.topic.SharedFrame;
import io.aetherkeep.router.watch.topic.TopicWatcher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Watchers of a status: those that join, and those that have begun, of which each receives only
 * changes newer than those it has.
 */
final class StatusWatchers {

  /**
   * Watcher that has not begun.
   *
   * @param after the offset that it resumes after
   * @param reads the number of reads that had begun when it joined
   */
  record Joining(TopicWatcher watcher, @Nullable String after, long reads) {}

  private final Slices slices;
  private final List<Joining> joining = new ArrayList<>();
  private final Set<TopicWatcher> watchers = new LinkedHashSet<>();

  /** Offsets of the watchers that began with a newer status than the topic had. */
  private final Map<TopicWatcher, String> ahead = new HashMap<>();

  /**
   * Creates an empty set.
   *
   * @param slices sends a change to many watchers
   */
  StatusWatchers(Slices slices) {
    this.slices = slices;
  }

  void join(Joining one) {
    joining.add(one);
  }

  /** Removes a joining watcher; returns whether it was there. */
  boolean removeJoining(TopicWatcher watcher) {
    return joining.removeIf(one -> one.watcher == watcher);
  }

  /** Removes a joining watcher; returns whether it was there. */
  boolean removeJoining(Joining one) {
    return joining.remove(one);
  }

  /** Removes and returns the joining watchers that wait for a read. */
  List<Joining> takeWaiting(long read) {
    List<Joining> waiting = joining.stream().filter(one -> read > one.reads).toList();
    joining.removeIf(one -> read > one.reads);
    return waiting;
  }

  /** Visits the joining watchers. */
  void eachJoining(Consumer<Joining> visit) {
    slices.each(joining, visit);
  }

  /**
   * Adds a watcher that begins.
   *
   * @param since the changes that it begins with
   * @param last the topic's last status, null if there is none
   */
  void add(TopicWatcher watcher, List<SharedFrame> since, @Nullable Status last) {
    watchers.add(watcher);
    Status newest = since.isEmpty() ? null : since.get(since.size() - 1).status();
    if (newest != null && last != null && newest.isAfter(last.offset())) {
      ahead.put(watcher, newest.offset());
    }
  }

  void send(SharedFrame frame, Status status) {
    slices.each(
        watchers,
        watcher -> {
          if (watchers.contains(watcher) && isNew(watcher, status)) {
            watcher.receive(frame);
          }
        });
  }

  private boolean isNew(TopicWatcher watcher, Status status) {
    String known = ahead.get(watcher);
    if (known != null && !status.isAfter(known)) {
      return false;
    }
    ahead.remove(watcher);
    return true;
  }

  void remove(TopicWatcher watcher) {
    removeJoining(watcher);
    watchers.remove(watcher);
    ahead.remove(watcher);
  }

  /** Removes and returns all watchers that have begun. */
  List<TopicWatcher> removeBegun() {
    List<TopicWatcher> all = new ArrayList<>(watchers);
    watchers.clear();
    ahead.clear();
    return all;
  }

  boolean isEmpty() {
    return watchers.isEmpty() && joining.isEmpty();
  }

  /** Returns all watchers. */
  List<TopicWatcher> list() {
    List<TopicWatcher> all = new ArrayList<>(watchers);
    joining.forEach(one -> all.add(one.watcher));
    return all;
  }
}
