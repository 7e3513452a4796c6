package io.aetherkeep.router.watch;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.catalogue.StatusAsks.StatusHeard;
import io.aetherkeep.catalogue.StatusAsks.StatusesMissed;
import io.aetherkeep.router.settings.RouterSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All statuses that are followed on this event loop. It hears of changes once for all of them, and
 * looks by itself now and then, for other services write without telling anybody.
 */
public final class StatusWatches {

  /** How many are looked at in one go. */
  private static final int BATCH = 500;

  private final Bus bus;
  private final Map<StatusTopic.Name, StatusTopic> topics = new LinkedHashMap<>();
  private int next;

  public StatusWatches(Bus bus) {
    this.bus = bus;
  }

  public Future<?> start(Vertx vertx, RouterSettings settings) {
    vertx.setPeriodic(settings.watchEvery().toMillis(), id -> look());
    vertx.setPeriodic(settings.beatMillis(), id -> beat());
    return Future.all(
        bus.hear(StatusHeard.class, signal -> heard(signal.status())),
        bus.hear(StatusesMissed.class, signal -> missed(signal.space())));
  }

  /**
   * Follows a status.
   *
   * @param after the place of the last status that is known; none for the present one first
   */
  void watch(StatusTopic.Name name, @Nullable String after, StatusWatcher watcher) {
    topics
        .computeIfAbsent(
            name, first -> new StatusTopic(name, bus, empty -> topics.remove(name, empty)))
        .join(watcher, after);
  }

  void leave(StatusTopic.Name name, StatusWatcher watcher) {
    StatusTopic topic = topics.get(name);
    if (topic != null) {
      topic.leave(watcher);
    }
  }

  /** How many are followed. */
  int size() {
    return topics.size();
  }

  /** Whether what is followed has come to its end. */
  boolean isFinal(StatusTopic.Name name) {
    StatusTopic topic = topics.get(name);
    return topic != null && topic.isFinal();
  }

  private void heard(Status status) {
    StatusTopic topic =
        topics.get(new StatusTopic.Name(status.space(), status.kind(), status.id()));
    if (topic != null) {
      topic.heard(status);
    }
  }

  private void missed(String space) {
    for (StatusTopic topic : List.copyOf(topics.values())) {
      if (topic.name().space().equals(space)) {
        topic.look();
      }
    }
  }

  /** Each in its turn, so that a node that follows very many looks more rarely, not more often. */
  private void look() {
    List<StatusTopic> all = List.copyOf(topics.values());
    int count = Math.min(BATCH, all.size());
    for (int i = 0; i < count; i++) {
      all.get((next + i) % all.size()).look();
    }
    next = all.isEmpty() ? 0 : (next + count) % all.size();
  }

  private void beat() {
    for (StatusTopic topic : List.copyOf(topics.values())) {
      topic.watchers().forEach(StatusWatcher::beat);
    }
  }

  /** Says goodbye to all, so that nobody keeps this node from stopping. */
  public void close() {
    for (StatusTopic topic : List.copyOf(topics.values())) {
      topic.watchers().forEach(StatusWatcher::closing);
    }
  }
}
