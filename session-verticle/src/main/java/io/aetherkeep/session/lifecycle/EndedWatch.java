package io.aetherkeep.session.lifecycle;

import io.aetherkeep.redis.subscription.RedisTracking;
import io.aetherkeep.session.layout.RedisSessionKeys;
import io.aetherkeep.session.space.SessionSpace;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Watch on ended sessions of a space by Redis's client tracking: when a late writer brings one
 * back, Redis notifies this class at once, which removes it, whichever node ended the session. That
 * costs nothing until it happens. The {@link Sweeper} checks ended sessions too, at growing
 * intervals.
 */
public final class EndedWatch implements RedisTracking.Listener {

  private static final System.Logger LOG = System.getLogger(EndedWatch.class.getName());

  /**
   * Limit of watched sessions, whose keys Redis keeps in memory too. Others are left to the
   * sweeper.
   */
  private static final int MOST = 20_000;

  private static final int AT_ONCE = 250;

  /** Time after which Redis surely tracks a key that was watched. */
  private static final Duration WATCHED = Duration.ofMillis(200);

  /** Time after which a session that has ended is surely in the index of ended sessions. */
  private static final Duration INDEXED = Duration.ofSeconds(1);

  private final SessionSpace space;
  private final RedisSessionKeys keys;
  private final BiConsumer<Duration, Runnable> timer;
  private final Set<String> watched = new LinkedHashSet<>();
  private final Queue<String> arrived = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean gathering = new AtomicBoolean();
  private @Nullable RedisTracking tracking;

  public EndedWatch(SessionSpace space, BiConsumer<Duration, Runnable> timer) {
    this.space = space;
    this.timer = timer;
    this.keys = new RedisSessionKeys(space.definition());
  }

  public Future<Void> open(RedisTracking fresh) {
    tracking = fresh;
    return fresh.open();
  }

  public Future<Void> close() {
    return tracking == null ? Future.succeededFuture() : tracking.close();
  }

  /**
   * Watches a session that any node has ended, in one write with those that end in the same turn of
   * the event loop. Any thread may call it.
   *
   * @param turn runs an action in a later turn of this watch's event loop
   */
  public void ended(String id, Consumer<Runnable> turn) {
    arrived.add(id);
    if (!gathering.getAndSet(true)) {
      turn.accept(this::watchArrived);
    }
  }

  private void watchArrived() {
    gathering.set(false);
    List<String> ids = new ArrayList<>();
    for (String id = arrived.poll(); id != null; id = arrived.poll()) {
      ids.add(id);
    }
    watch(ids);
  }

  private void watch(List<String> ids) {
    watched.addAll(ids);
    Iterator<String> oldest = watched.iterator();
    for (int over = watched.size() - MOST; over > 0; over--) {
      oldest.next();
      oldest.remove();
    }
    List<String> written = new ArrayList<>();
    ids.forEach(id -> written.addAll(keys.written(id)));
    Objects.requireNonNull(tracking).watch(written);
  }

  @Override
  public void armed() {
    watched.clear();
    missed();
  }

  /**
   * Watches sessions that ended while this node received no events; again a moment later, because
   * one that has just ended enters the index after its event.
   */
  public void missed() {
    page(0);
    timer.accept(INDEXED, () -> page(0));
  }

  private void page(int from) {
    space
        .index()
        .ended(from, AT_ONCE)
        .onSuccess(
            ids -> {
              watch(ids);
              timer.accept(WATCHED, () -> removeReturned(ids));
              if (ids.size() >= AT_ONCE && from + AT_ONCE < MOST) {
                page(from + AT_ONCE);
              }
            })
        .onFailure(thrown -> failed("could not all be watched", thrown));
  }

  private void removeReturned(List<String> ids) {
    space
        .index()
        .writtenBack(ids)
        .onSuccess(back -> back.forEach(this::remove))
        .onFailure(thrown -> failed("could not be checked", thrown));
  }

  private void failed(String what, Throwable thrown) {
    LOG.log(
        System.Logger.Level.DEBUG,
        () -> "Ended sessions of " + space.name() + " " + what + ": " + thrown.getMessage());
  }

  /** Tracks the key again and removes the session. The sweeper checks for writes in between. */
  @Override
  public void changed(String key) {
    keys.idOfWritten(key)
        .filter(watched::contains)
        .ifPresent(
            id -> {
              watch(List.of(id));
              remove(id);
            });
  }

  private void remove(String id) {
    space
        .index()
        .guard(id)
        .compose(
            found -> {
              if (found.leftMillis() <= 0) {
                watched.remove(id);
              }
              return found.removed() ? checkAgain(id) : Future.succeededFuture();
            })
        .onFailure(thrown -> failed("could not be checked", thrown));
  }

  /** Checks once more, because a write may have come before Redis tracked the key again. */
  private Future<Void> checkAgain(String id) {
    timer.accept(WATCHED, () -> remove(id));
    return space.index().rememberEnded(id);
  }

  @Override
  public void lost() {
    watched.clear();
  }

  /** Stops watching, because a flush removes tombstones too. */
  @Override
  public void flushed() {
    watched.clear();
  }
}
