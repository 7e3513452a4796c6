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
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Watch on a space's ended sessions, by Redis's client tracking: what a late writer brings back of
 * one, Redis tells at once, and it is removed, whichever node ended the session. It costs something
 * only when that happens. The {@link Sweeper} looks at them too, but ever more rarely.
 */
public final class EndedWatch implements RedisTracking.Listener {

  private static final System.Logger LOG = System.getLogger(EndedWatch.class.getName());

  /** Of more than these, which Redis keeps names of as well, the sweeper alone takes care. */
  private static final int MOST = 20_000;

  private static final int AT_ONCE = 250;

  /** Redis knows by then which changes are to be told. */
  private static final Duration WATCHED = Duration.ofMillis(200);

  private final SessionSpace space;
  private final RedisSessionKeys keys;
  private final BiConsumer<Duration, Runnable> timer;
  private final Set<String> watched = new LinkedHashSet<>();
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

  /** A session was ended, on whichever node. */
  public void ended(String id) {
    watch(List.of(id));
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

  /** Watches what was ended while nobody told this node. */
  public void missed() {
    page(0);
  }

  private void page(int from) {
    space
        .index()
        .ended(from, AT_ONCE)
        .onSuccess(
            ids -> {
              watch(ids);
              timer.accept(WATCHED, () -> arrived(ids));
              if (ids.size() == AT_ONCE && from + AT_ONCE < MOST) {
                page(from + AT_ONCE);
              }
            })
        .onFailure(thrown -> failed("are not all watched", thrown));
  }

  private void arrived(List<String> ids) {
    space
        .index()
        .cameBack(ids)
        .onSuccess(back -> back.forEach(this::remove))
        .onFailure(thrown -> failed("were not looked at", thrown));
  }

  private void failed(String what, Throwable thrown) {
    LOG.log(
        System.Logger.Level.DEBUG,
        () -> "Ended sessions of " + space.name() + " " + what + ": " + thrown.getMessage());
  }

  /**
   * Is told of the next change again, and looks then; the sweeper looks at what comes in between.
   */
  @Override
  public void changed(String key) {
    keys.writtenOf(key)
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
              return found.removed() ? again(id) : Future.succeededFuture();
            })
        .onFailure(thrown -> failed("were not looked at", thrown));
  }

  /** It may have come again before Redis knew that the next change is to be told, too. */
  private Future<Void> again(String id) {
    timer.accept(WATCHED, () -> remove(id));
    return space.index().rememberEnded(id);
  }

  @Override
  public void lost() {
    watched.clear();
  }

  /** With everything else, what was ended is forgotten. */
  @Override
  public void flushed() {
    watched.clear();
  }
}
