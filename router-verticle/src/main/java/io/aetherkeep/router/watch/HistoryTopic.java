package io.aetherkeep.router.watch;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.HistoryAsks.FollowHistory;
import io.aetherkeep.catalogue.HistoryAsks.HistoryFollowed;
import io.aetherkeep.document.Document;
import io.aetherkeep.router.loop.Slices;
import io.aetherkeep.router.watch.topic.SharedFrame;
import io.aetherkeep.router.watch.topic.TopicName;
import io.aetherkeep.router.watch.topic.TopicWatcher;
import io.aetherkeep.router.watch.topic.WatchedTopic;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Topic of a session's history, which delivers each message. Every watcher has an offset; those at
 * the topic's own offset share its reads, the others catch up, as does one that had no room.
 */
final class HistoryTopic implements WatchedTopic {

  private final TopicName name;
  private final Bus bus;
  private final Slices slices;
  private final Consumer<HistoryTopic> empty;
  private final Map<TopicWatcher, String> places = new LinkedHashMap<>();
  private final Set<TopicWatcher> joining = new LinkedHashSet<>();

  /** Watchers for which a read is in progress. */
  private final Set<TopicWatcher> catchingUp = new HashSet<>();

  /** Offset of the last message; null until it is known. */
  private @Nullable String place;

  /** Token of the last read, which makes a read without changes cheap. */
  private @Nullable String known;

  private boolean asking;
  private boolean askAgain;

  /**
   * Creates a topic without watchers.
   *
   * @param empty called when the last watcher has left
   */
  HistoryTopic(TopicName name, Bus bus, Slices slices, Consumer<HistoryTopic> empty) {
    this.name = name;
    this.bus = bus;
    this.slices = slices;
    this.empty = empty;
  }

  /** Data of a frame. */
  private record Messages(List<Document> messages, boolean truncated) {}

  @Override
  public TopicName name() {
    return name;
  }

  @Override
  public void join(TopicWatcher watcher, @Nullable String after) {
    joining.add(watcher);
    ask(after, null)
        .onComplete(
            followed -> begin(watcher, after, followed), thrown -> joinFailed(watcher, thrown));
  }

  private Future<HistoryFollowed> ask(@Nullable String after, @Nullable String token) {
    String offset = SharedFrame.NOTHING.equals(after) ? null : after;
    return bus.ask(new FollowHistory(name.space(), name.key(), offset, token));
  }

  private void begin(TopicWatcher watcher, @Nullable String after, HistoryFollowed followed) {
    if (joining.remove(watcher)) {
      boolean recovered = after != null && followed.recovered();
      boolean nothingNew = recovered && followed.messages().isEmpty();
      places.put(watcher, followed.offset());
      if (place == null) {
        place = followed.offset();
        known = followed.known();
      }
      watcher.begun(recovered, nothingNew ? List.of() : List.of(frame(followed)));
      pollUnless(followed.offset());
      recheck();
    }
  }

  /** Reads again if a watcher begins elsewhere than the topic is: one of them is behind. */
  private void pollUnless(String offset) {
    if (!offset.equals(place)) {
      poll();
    }
  }

  /** Lets a watcher wait for a session that does not exist yet; another failure ends the watch. */
  private void joinFailed(TopicWatcher watcher, Throwable thrown) {
    if (!joining.remove(watcher)) {
      return;
    }
    if (Failure.from(thrown).code() == Code.SESSION_UNKNOWN) {
      places.put(watcher, SharedFrame.NOTHING);
      place = place == null ? SharedFrame.NOTHING : place;
      watcher.begun(false, List.of(SharedFrame.latest(name, null)));
      pollUnless(SharedFrame.NOTHING);
      recheck();
    } else {
      watcher.fail(thrown);
      leaveIfEmpty();
    }
  }

  private SharedFrame frame(HistoryFollowed followed) {
    Messages data = new Messages(followed.messages(), followed.truncated());
    Document json = Document.stored(Buffer.buffer(RecordJson.write(data)));
    return SharedFrame.change(name, followed.offset(), json, followed.recovered());
  }

  @Override
  public void poll() {
    String from = place;
    if (asking || from == null) {
      // The read in progress may be older than the change.
      askAgain = true;
      return;
    }
    asking = true;
    ask(from, known)
        .onComplete(followed -> received(from, followed), thrown -> failed(from, thrown));
  }

  private void received(String from, HistoryFollowed followed) {
    asking = false;
    known = followed.known();
    if (!followed.offset().equals(from)) {
      place = followed.offset();
      advance(from, followed.offset(), frame(followed));
    } else {
      slices.each(places.keySet(), watcher -> catchUpTo(from, watcher));
    }
    recheck();
  }

  /** Reads again if a change was noted during a read. */
  private void recheck() {
    if (askAgain && !asking) {
      askAgain = false;
      poll();
    }
  }

  private void advance(String from, String to, SharedFrame frame) {
    slices.each(
        places.keySet(),
        watcher -> {
          String at = places.get(watcher);
          if (from.equals(at) && watcher.hasRoom()) {
            places.put(watcher, to);
            watcher.receive(frame);
          } else {
            catchUpTo(to, watcher);
          }
        });
  }

  /** Continues with a watcher that had no room: it has stayed behind. */
  @Override
  public void resume(TopicWatcher watcher) {
    String to = place;
    if (to != null) {
      catchUpTo(to, watcher);
    }
  }

  private void catchUpTo(String to, TopicWatcher watcher) {
    String at = places.get(watcher);
    if (at != null && !at.equals(to) && watcher.hasRoom() && catchingUp.add(watcher)) {
      ask(at, null)
          .onComplete(
              followed -> caughtUp(watcher, at, followed), thrown -> catchingUp.remove(watcher));
    }
  }

  /** Sends the messages that one watcher has missed, unless it got them in the meantime. */
  private void caughtUp(TopicWatcher watcher, String from, HistoryFollowed followed) {
    catchingUp.remove(watcher);
    boolean behind = from.equals(places.get(watcher)) && !from.equals(followed.offset());
    if (behind && watcher.hasRoom()) {
      places.put(watcher, followed.offset());
      watcher.receive(frame(followed));
      resume(watcher);
    }
  }

  /** Keeps the watchers, which wait for Redis, or for the session. */
  private void failed(String from, Throwable thrown) {
    asking = false;
    known = null;
    if (Failure.from(thrown).code() == Code.SESSION_UNKNOWN && !from.equals(SharedFrame.NOTHING)) {
      place = SharedFrame.NOTHING;
      SharedFrame nothing = SharedFrame.latest(name, null);
      slices.each(places.keySet(), watcher -> end(watcher, nothing));
    }
    recheck();
  }

  /** Reports that the session does not exist, also to a watcher that is behind. */
  private void end(TopicWatcher watcher, SharedFrame nothing) {
    String at = places.get(watcher);
    if (at != null && !at.equals(SharedFrame.NOTHING) && SharedFrame.NOTHING.equals(place)) {
      places.put(watcher, SharedFrame.NOTHING);
      watcher.receive(nothing);
    }
  }

  @Override
  public void leave(TopicWatcher watcher) {
    places.remove(watcher);
    joining.remove(watcher);
    leaveIfEmpty();
  }

  private void leaveIfEmpty() {
    if (places.isEmpty() && joining.isEmpty()) {
      empty.accept(this);
    }
  }

  @Override
  public List<TopicWatcher> watchers() {
    List<TopicWatcher> all = new ArrayList<>(places.keySet());
    all.addAll(joining);
    return all;
  }
}
