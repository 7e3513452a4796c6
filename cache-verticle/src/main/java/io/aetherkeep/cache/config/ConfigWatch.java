package io.aetherkeep.cache.config;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.Kind;
import io.aetherkeep.cache.entries.Lookup;
import io.aetherkeep.cache.near.NearCache;
import io.aetherkeep.catalogue.ConfigAsks.ConfigChanged;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Key;
import io.aetherkeep.keyspace.Stored;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Change detection for one space's configurations: announces every change, also by other services.
 *
 * <p>Redis's client tracking reports changed keys of every logical database. So the watch first
 * checks names it does not know for existence, many with one command, and drops those that do not
 * exist. Names wait in a bounded queue, and one batch is checked at a time. Everything runs on one
 * event loop.
 */
public final class ConfigWatch implements NearCache.Listeners {

  private static final int BATCH = 100;

  /** Divisor: a batch takes a tenth of a long queue, so that it shrinks faster. */
  private static final int SHARE = 10;

  /**
   * Maximum number of waiting unknown names. Beyond it, as in a flood of writes to another
   * database, names that this node does not know are dropped.
   */
  private static final int MOST_WAITING = 10_000;

  private final ConfigCache cache;
  private final ConfigState state;
  private final Consumer<Event> announcement;
  private final long recheckNanos;
  private final Set<String> waiting = new LinkedHashSet<>();
  private boolean checking;
  private long recheckedAt = System.nanoTime();

  /**
   * Creates the watch over one space.
   *
   * @param recheckNanos interval at which known names are read again even without a notification
   */
  public ConfigWatch(ConfigCache cache, long recheckNanos, Consumer<Event> announcement) {
    this.cache = cache;
    this.state = cache.state();
    this.recheckNanos = recheckNanos;
    this.announcement = announcement;
  }

  @Override
  public void changed(String key) {
    Keyspaces.CONFIGS.pattern().parse(key).map(ids -> ids.get(0)).ifPresent(this::await);
    checkNext();
  }

  private void await(String name) {
    if (waiting.size() < MOST_WAITING || state.knows(name)) {
      waiting.add(name);
    }
  }

  @Override
  public void anything() {
    recheckedAt = System.nanoTime();
    waiting.addAll(state.names());
    checkNext();
  }

  /**
   * Retries failed steps, and reads known names again if tracking is down or the recheck is due; to
   * be called at regular intervals.
   */
  public void tick() {
    state.retry();
    boolean due = System.nanoTime() - recheckedAt > recheckNanos;
    if (waiting.isEmpty() && (due || !cache.cache().near().isArmed())) {
      anything();
    } else {
      checkNext();
    }
  }

  private void checkNext() {
    if (checking || waiting.isEmpty()) {
      return;
    }
    checking = true;
    List<String> batch = next();
    List<String> known = batch.stream().filter(state::knows).toList();
    List<String> unknown = batch.stream().filter(name -> !state.knows(name)).toList();
    existing(unknown)
        .compose(
            fresh -> {
              List<String> all = new ArrayList<>(known);
              all.addAll(fresh);
              return checkAll(all);
            })
        .onComplete(
            done -> {
              checking = false;
              checkNext();
            },
            thrown -> {
              checking = false;
              // Redis does not answer: retry at the next tick.
              batch.forEach(this::await);
            });
  }

  private List<String> next() {
    int most = Math.max(BATCH, waiting.size() / SHARE);
    List<String> batch = new ArrayList<>(most);
    for (Iterator<String> names = waiting.iterator(); names.hasNext() && batch.size() < most; ) {
      batch.add(names.next());
      names.remove();
    }
    return batch;
  }

  /** The names that have a configuration or versions in Redis: one command if none has. */
  private Future<List<String>> existing(List<String> names) {
    if (names.isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    return cache
        .countKnown(names)
        .compose(
            count ->
                count == 0
                    ? Future.succeededFuture(List.of())
                    : names.size() == 1 ? Future.succeededFuture(names) : halves(names));
  }

  private Future<List<String>> halves(List<String> names) {
    int half = names.size() / 2;
    Future<List<String>> first = existing(names.subList(0, half));
    Future<List<String>> second = existing(names.subList(half, names.size()));
    return Future.all(first, second)
        .map(
            both -> {
              List<String> found = new ArrayList<>(first.result());
              found.addAll(second.result());
              return found;
            });
  }

  /** Checks names a few at a time, because each may be loaded from the origin. */
  private Future<?> checkAll(List<String> names) {
    int some = Math.min(BATCH, names.size());
    Future<?> first = Future.join(names.subList(0, some).stream().map(this::check).toList());
    return some == names.size()
        ? first
        : first.compose(done -> checkAll(names.subList(some, names.size())));
  }

  private Future<?> check(String name) {
    return value(name)
        .compose(now -> found(name, now.orElse(null)))
        .recover(
            thrown ->
                Failure.from(thrown).kind() == Kind.UNAVAILABLE
                    ? Future.failedFuture(thrown)
                    : Future.succeededFuture());
  }

  /**
   * Reads a configuration. A missing one is read in Redis only: loading it at every check would ask
   * the origin for ever for names that clients made up.
   */
  private Future<Optional<Document>> value(String name) {
    Key<Document> key = cache.key(name);
    if (state.isMissing(name)) {
      return cache.cache().store().find(key).map(found -> found.map(Stored::value));
    }
    return Lookup.fresh(cache.cache(), key)
        .map(entry -> Optional.of(entry.value()))
        .recover(
            thrown ->
                Failure.from(thrown).code() == Code.ENTRY_UNKNOWN
                    ? Future.succeededFuture(Optional.empty())
                    : Future.failedFuture(thrown));
  }

  private Future<Void> found(String name, @Nullable Document value) {
    String now = value == null ? ConfigState.NONE : value.version();
    if (!state.knows(name) && value == null) {
      return Future.succeededFuture();
    }
    String before = state.replace(name, now);
    if (now.equals(before == null ? ConfigState.NONE : before)) {
      return Future.succeededFuture();
    }
    return number(name, value)
        .compose(
            number -> {
              String space = cache.cache().space().definition().name();
              announcement.accept(
                  new ConfigChanged(space, name, value == null ? null : now, number));
              return append(name, value);
            });
  }

  /** Appends the event to the outbox; the change is known by now, so a failure is retried alone. */
  private Future<Void> append(String name, @Nullable Document value) {
    return cache
        .history()
        .announce(cache.key(name), value)
        .recover(
            thrown -> {
              state.retryLater(
                  "event " + name, () -> cache.history().announce(cache.key(name), value));
              return Future.succeededFuture();
            });
  }

  /** The number of the version that has this value; null where another service wrote it. */
  private Future<@Nullable Long> number(String name, @Nullable Document value) {
    return cache
        .history()
        .present(cache.key(name))
        .map(
            now -> {
              Document present = now.value();
              boolean same =
                  value == null
                      ? !now.there()
                      : present != null && present.version().equals(value.version());
              return same && now.noted() && now.newest() != null
                  ? Long.valueOf(now.newest().number())
                  : null;
            })
        .otherwise((Long) null);
  }
}
