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
import org.jspecify.annotations.Nullable;

/** Watchers of a status that have begun: each receives only changes newer than those it has. */
final class StatusWatchers {

  private final Slices slices;
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

  /**
   * Adds a watcher.
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
    watchers.remove(watcher);
    ahead.remove(watcher);
  }

  /** Removes all watchers and returns them. */
  List<TopicWatcher> removeAll() {
    List<TopicWatcher> all = list();
    watchers.clear();
    ahead.clear();
    return all;
  }

  boolean isEmpty() {
    return watchers.isEmpty();
  }

  /** Returns a copy. */
  List<TopicWatcher> list() {
    return new ArrayList<>(watchers);
  }
}
