package io.aetherkeep.router.watch;

import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.Kind;
import io.aetherkeep.router.loop.ReadQueue;
import io.aetherkeep.router.loop.Slices;
import io.aetherkeep.router.watch.topic.SharedFrame;
import io.aetherkeep.router.watch.topic.TopicName;
import io.aetherkeep.router.watch.topic.TopicWatcher;
import io.aetherkeep.router.watch.topic.WatchedTopic;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Topic that delivers only the latest value. An event only triggers a read, so a late event does no
 * harm and the next one compensates a lost one.
 */
final class LatestTopic implements WatchedTopic {

  /**
   * State of a watcher that has not begun.
   *
   * @param after the offset that it resumes after
   * @param reads the number of reads that had begun when it joined
   */
  private record Joining(@Nullable String after, long reads) {}

  private final TopicName name;
  private final Supplier<Future<SharedFrame>> source;
  private final ReadQueue queue;
  private final Slices slices;
  private final Consumer<LatestTopic> empty;
  private final Set<TopicWatcher> watchers = new LinkedHashSet<>();
  private final Map<TopicWatcher, Joining> joining = new LinkedHashMap<>();
  private @Nullable SharedFrame present;

  /** Whether a read waits for its turn. */
  private boolean queued;

  private boolean asking;
  private boolean askAgain;

  /** Number of reads that have begun. */
  private long reads;

  LatestTopic(
      TopicName name,
      Supplier<Future<SharedFrame>> source,
      ReadQueue queue,
      Slices slices,
      Consumer<LatestTopic> empty) {
    this.name = name;
    this.source = source;
    this.queue = queue;
    this.slices = slices;
    this.empty = empty;
  }

  @Override
  public TopicName name() {
    return name;
  }

  @Override
  public void join(TopicWatcher watcher, @Nullable String after) {
    SharedFrame known = present;
    if (known != null && mayBegin(watcher, known, after)) {
      begin(watcher, known, after);
    } else {
      joining.put(watcher, new Joining(after, reads));
      poll();
    }
  }

  /** Whether the watcher cannot know a newer value, from another node. */
  private static boolean mayBegin(TopicWatcher watcher, SharedFrame known, @Nullable String after) {
    return after == null ? watcher.accepts(known) : after.equals(known.offset());
  }

  private void begin(TopicWatcher watcher, SharedFrame known, @Nullable String after) {
    boolean recovered = known.offset().equals(after);
    watchers.add(watcher);
    watcher.begun(recovered, recovered ? List.of() : List.of(known));
  }

  @Override
  public void leave(TopicWatcher watcher) {
    watchers.remove(watcher);
    joining.remove(watcher);
    leaveIfEmpty();
  }

  private boolean isEmpty() {
    return watchers.isEmpty() && joining.isEmpty();
  }

  private void leaveIfEmpty() {
    if (isEmpty()) {
      empty.accept(this);
    }
  }

  /**
   * Reads the present value; reads again if an event arrives meanwhile, as the read may be older.
   */
  @Override
  public void poll() {
    if (asking) {
      askAgain = true;
    } else if (!queued) {
      queued = true;
      queue.add(this::read);
    }
  }

  /** Reads when its turn has come, unless all watchers have left meanwhile. */
  private Future<?> read() {
    queued = false;
    if (isEmpty()) {
      return Future.succeededFuture();
    }
    asking = true;
    reads++;
    return source.get().onComplete(this::received, this::failed);
  }

  private void received(SharedFrame now) {
    asking = false;
    SharedFrame known = present;
    present = now;
    if (known == null || !known.offset().equals(now.offset())) {
      slices.each(watchers, watcher -> send(watcher, now));
    }
    long read = reads;
    slices.each(joining.keySet(), watcher -> beginLate(watcher, now, read));
    recheck();
  }

  /** Reads again if a change was noted during the last read. */
  private void recheck() {
    if (askAgain) {
      askAgain = false;
      poll();
    }
  }

  /** Sends a value, unless a newer one is known, which is sent in its turn. */
  private void send(TopicWatcher watcher, SharedFrame value) {
    boolean isPresent = present != null && present.offset().equals(value.offset());
    if (isPresent && watchers.contains(watcher)) {
      watcher.receive(value);
    }
  }

  /**
   * Begins with the value that is the latest when the watcher's turn comes. A watcher that may know
   * a newer value waits for a read that began after it joined.
   */
  private void beginLate(TopicWatcher watcher, SharedFrame value, long read) {
    Joining joined = joining.get(watcher);
    SharedFrame latest = present == null ? value : present;
    if (joined != null && (read > joined.reads || mayBegin(watcher, latest, joined.after))) {
      joining.remove(watcher);
      begin(watcher, latest, joined.after);
    }
  }

  /**
   * Ends the watchers that waited for this read; those that joined during it wait for the next one.
   * So do the watchers that have begun, unless the value has ceased to exist, as that of a session
   * that has ended.
   */
  private void failed(Throwable thrown) {
    asking = false;
    List<TopicWatcher> refused = new ArrayList<>();
    joining.forEach(
        (watcher, joined) -> {
          if (reads > joined.reads) {
            refused.add(watcher);
          }
        });
    refused.forEach(joining::remove);
    if (Failure.from(thrown).kind() == Kind.UNKNOWN) {
      present = null;
      refused.addAll(watchers);
      watchers.clear();
    }
    refused.forEach(watcher -> watcher.fail(thrown));
    leaveIfEmpty();
    recheck();
  }

  @Override
  public @Nullable String offset() {
    return present == null ? null : present.offset();
  }

  @Override
  public List<TopicWatcher> watchers() {
    List<TopicWatcher> all = new ArrayList<>(watchers);
    all.addAll(joining.keySet());
    return all;
  }
}
