package io.aetherkeep.stream;

import io.aetherkeep.bus.Event;
import io.aetherkeep.catalogue.StreamAsks.StreamAppended;
import io.aetherkeep.catalogue.StreamAsks.StreamClosed;
import io.aetherkeep.catalogue.StreamAsks.StreamStopped;
import io.aetherkeep.stream.store.Offset;
import io.aetherkeep.stream.store.Verdict;
import io.aetherkeep.stream.subscription.StreamSubscriptions;
import io.vertx.core.Vertx;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Publisher and counter of stream events. Appends are combined: at most one event for each stream
 * in an interval, however many tokens a model writes.
 */
final class StreamEvents {

  private static final long GATHER_MILLIS = 500;

  private final Vertx vertx;
  private final StreamCounts counts;
  private final StreamSubscriptions subscriptions;
  private final Consumer<Event> events;
  private final Map<Name, Appended> appended = new LinkedHashMap<>();

  private record Name(String space, String path) {}

  /** Appends to a stream since its last event. */
  private static final class Appended {
    private Offset tail = Offset.ZERO;
    private int bytes;

    void add(Offset to, int more) {
      tail = to;
      bytes += more;
    }

    StreamAppended event(Name name) {
      return new StreamAppended(name.space, name.path, tail.toString(), bytes);
    }
  }

  StreamEvents(
      Vertx vertx, StreamCounts counts, StreamSubscriptions subscriptions, Consumer<Event> events) {
    this.vertx = vertx;
    this.counts = counts;
    this.subscriptions = subscriptions;
    this.events = events;
  }

  void appended(String space, String path, Offset tail, int bytes) {
    if (bytes == 0) {
      return;
    }
    counts.appended(space, bytes);
    if (subscriptions.isWatched(space)) {
      subscriptions.appended(space, path, tail.toString());
    }
    if (appended.isEmpty()) {
      vertx.setTimer(GATHER_MILLIS, id -> flush());
    }
    appended.computeIfAbsent(new Name(space, path), first -> new Appended()).add(tail, bytes);
  }

  private void flush() {
    appended.forEach((name, what) -> events.accept(what.event(name)));
    appended.clear();
  }

  void closed(String space, String path, Offset tail, String cause) {
    counts.closed(space, cause);
    Name name = new Name(space, path);
    Appended before = appended.remove(name);
    if (before != null) {
      events.accept(before.event(name));
    }
    events.accept(new StreamClosed(space, path, tail.toString(), cause));
  }

  void repeated(String space) {
    counts.repeated(space);
  }

  void refused(String space, Verdict verdict) {
    counts.refused(space, verdict);
  }

  void stopped(String space, String path, Offset tail, String reason) {
    events.accept(new StreamStopped(space, path, reason));
    closed(space, path, tail, "stopped");
  }
}
