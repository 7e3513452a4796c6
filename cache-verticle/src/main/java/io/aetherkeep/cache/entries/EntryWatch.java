package io.aetherkeep.cache.entries;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.Signal;
import io.aetherkeep.cache.near.NearCache;
import io.aetherkeep.catalogue.CacheAsks.EntriesMissed;
import io.aetherkeep.catalogue.CacheAsks.EntryHeard;
import io.aetherkeep.catalogue.CacheAsks.EntryWatched;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Change detection for the entries of a space that clients of this node watch: publishes each
 * change that Redis's client tracking reports, by any writer. It tracks a limited number of
 * entries; topics of other entries are polled.
 */
public final class EntryWatch implements NearCache.Listeners {

  private static final int MOST = 10_000;

  private final Caches caches;
  private final String space;
  private final Consumer<Signal> signals;
  private final Map<String, EntryHeard> watched =
      Caffeine.newBuilder()
          .maximumSize(MOST)
          .executor(Runnable::run)
          .<String, EntryHeard>build()
          .asMap();

  public EntryWatch(Caches caches, String space, Consumer<Signal> signals) {
    this.caches = caches;
    this.space = space;
    this.signals = signals;
  }

  /** Starts to report changes of an entry; ignores an invalid key. */
  public void watch(EntryWatched entry) {
    if (!entry.space().equals(space)) {
      return;
    }
    try {
      String key = caches.find(space, entry.keyspace()).key(entry.ids()).text();
      watched.put(key, new EntryHeard(space, entry.keyspace(), entry.ids()));
    } catch (Failure invalid) {
      // The reader of the entry gets the same failure.
    }
  }

  @Override
  public void changed(String key) {
    EntryHeard event = watched.get(key);
    if (event != null) {
      signals.accept(event);
    }
  }

  @Override
  public void anything() {
    if (!watched.isEmpty()) {
      signals.accept(new EntriesMissed(space));
    }
  }
}
