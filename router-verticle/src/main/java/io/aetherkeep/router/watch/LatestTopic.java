package io.aetherkeep.router.watch;

import io.aetherkeep.router.loop.Slices;
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
 * Topic of which only the present value counts. An event only makes it read: so none can be old,
 * and one that got lost is made up for by the next.
 */
final class LatestTopic implements WatchedTopic {

  private final TopicName name;
  private final Supplier<Future<SharedFrame>> source;
  private final Slices slices;
  private final Consumer<LatestTopic> empty;
  private final Set<TopicWatcher> watchers = new LinkedHashSet<>();
  private final Map<TopicWatcher, String> joining = new LinkedHashMap<>();
  private @Nullable SharedFrame present;
  private boolean asking;
  private boolean askAgain;

  LatestTopic(
      TopicName name,
      Supplier<Future<SharedFrame>> source,
      Slices slices,
      Consumer<LatestTopic> empty) {
    this.name = name;
    this.source = source;
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
    if (known == null || (after != null && !after.equals(known.offset()))) {
      // Where the watcher comes from, a newer one may be known.
      joining.put(watcher, after == null ? "" : after);
      look();
    } else {
      begin(watcher, known, after);
    }
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

  private void leaveIfEmpty() {
    if (watchers.isEmpty() && joining.isEmpty()) {
      empty.accept(this);
    }
  }

  /** Asks for the present value; what was asked before an event may be older than the event. */
  @Override
  public void look() {
    if (asking) {
      askAgain = true;
      return;
    }
    asking = true;
    source.get().onComplete(this::looked, this::failed);
  }

  private void looked(SharedFrame now) {
    asking = false;
    SharedFrame known = present;
    present = now;
    if (known == null || !known.offset().equals(now.offset())) {
      slices.each(watchers, watcher -> tell(watcher, now));
    }
    slices.each(joining.keySet(), watcher -> beginLate(watcher, now));
    if (askAgain) {
      askAgain = false;
      look();
    }
  }

  /** Tells a value, unless there is another by now, which comes in its turn. */
  private void tell(TopicWatcher watcher, SharedFrame value) {
    boolean isPresent = present != null && present.offset().equals(value.offset());
    if (isPresent && watchers.contains(watcher)) {
      watcher.told(value);
    }
  }

  /** Begins with what is the present value when its turn comes. */
  private void beginLate(TopicWatcher watcher, SharedFrame read) {
    String after = joining.remove(watcher);
    if (after != null) {
      begin(watcher, present == null ? read : present, after);
    }
  }

  /** Those who watch wait until it can be read again; those who have not begun are told. */
  private void failed(Throwable thrown) {
    asking = false;
    askAgain = false;
    List<TopicWatcher> told = new ArrayList<>(joining.keySet());
    joining.clear();
    told.forEach(watcher -> watcher.gone(thrown));
    leaveIfEmpty();
  }

  @Override
  public List<TopicWatcher> watchers() {
    List<TopicWatcher> all = new ArrayList<>(watchers);
    all.addAll(joining.keySet());
    return all;
  }
}
