package io.aetherkeep.cache.loading;

import io.aetherkeep.cache.near.NearCache;
import io.aetherkeep.keyspace.Keyspace;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Watch that drops stale copies whose entries other services removed or overwrote. It follows
 * Redis's change notifications, because the keys alone do not show afterwards whether an entry
 * expired or was removed.
 *
 * <p>After a gap in the notifications, or too many changes at once, it checks all stale copies.
 */
public final class StaleWatch implements NearCache.Listeners {

  private static final int MOST = 50_000;
  private static final int AT_ONCE = 100;

  private final StaleCopies copies;
  private final List<Keyspace<?>> loaded;
  private final Set<String> changed = new LinkedHashSet<>();
  private boolean allChanged;
  private boolean checking;

  /**
   * Creates the watch over one space, on one event loop.
   *
   * @param loaded the keyspaces whose entries are loaded from an origin
   */
  public StaleWatch(StaleCopies copies, Collection<Keyspace<?>> loaded) {
    this.copies = copies;
    this.loaded = List.copyOf(loaded);
  }

  @Override
  public void changed(String key) {
    if (loaded.stream().noneMatch(keyspace -> key.startsWith(keyspace.pattern().beginning()))) {
      return;
    }
    if (changed.size() >= MOST) {
      changed.clear();
      allChanged = true;
    }
    changed.add(key);
    check();
  }

  @Override
  public void anything() {
    allChanged = !loaded.isEmpty();
    check();
  }

  /**
   * Checks the remaining changes; to be called at regular intervals, because Redis may have been
   * unavailable.
   */
  public void check() {
    if (checking || (!allChanged && changed.isEmpty())) {
      return;
    }
    checking = true;
    if (allChanged) {
      allChanged = false;
      copies
          .walk(this::follow)
          .onComplete(
              done -> checkNext(),
              thrown -> {
                allChanged = true;
                checking = false;
              });
    } else {
      List<String> some = next();
      copies
          .follow(some)
          .onComplete(
              done -> checkNext(),
              thrown -> {
                changed.addAll(some);
                checking = false;
              });
    }
  }

  private void checkNext() {
    checking = false;
    check();
  }

  private Future<Void> follow(List<String> keys) {
    return keys.isEmpty() ? Future.succeededFuture() : copies.follow(keys);
  }

  private List<String> next() {
    List<String> some = new ArrayList<>(AT_ONCE);
    for (String key : changed) {
      some.add(key);
      if (some.size() == AT_ONCE) {
        break;
      }
    }
    some.forEach(changed::remove);
    return some;
  }
}
