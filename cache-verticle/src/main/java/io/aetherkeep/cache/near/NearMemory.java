package io.aetherkeep.cache.near;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Memory of all near caches of a JVM, limited in bytes; evicts the copies that are read least. */
public final class NearMemory {

  private final @Nullable Cache<Place, Copy> copies;

  /**
   * Creates the memory.
   *
   * @param bytes maximum total size of the copies; 0 to keep none
   */
  public NearMemory(long bytes) {
    this.copies =
        bytes == 0
            ? null
            : Caffeine.newBuilder()
                .maximumWeight(bytes)
                .weigher((Place place, Copy copy) -> copy.weight() + place.key.length())
                // Maintenance is short: another thread would cost more than it saves.
                .executor(Runnable::run)
                .removalListener(NearMemory::removed)
                .build();
  }

  /** A key of a near cache. */
  private record Place(NearCache owner, String key) {}

  private static void removed(@Nullable Place place, @Nullable Copy copy, RemovalCause cause) {
    if (copy != null) {
      copy.counts().forgot(copy.weight(), cause.wasEvicted());
    }
  }

  /** Whether copies are kept at all. */
  boolean isOn() {
    return copies != null;
  }

  @Nullable Copy find(NearCache owner, String key) {
    return copies == null ? null : copies.getIfPresent(new Place(owner, key));
  }

  /** Keeps a copy if the condition still holds, checked atomically. */
  void keep(NearCache owner, String key, Copy copy, BooleanSupplier stillRight) {
    if (copies == null) {
      return;
    }
    copies
        .asMap()
        .compute(
            new Place(owner, key),
            (place, before) -> {
              if (!stillRight.getAsBoolean()) {
                return before;
              }
              copy.counts().remembered(copy.weight());
              return copy;
            });
  }

  void drop(NearCache owner, String key) {
    if (copies != null) {
      copies.invalidate(new Place(owner, key));
    }
  }

  void dropAll(NearCache owner) {
    dropIf(owner, (key, copy) -> true);
  }

  void dropIf(NearCache owner, BiPredicate<String, Copy> which) {
    if (copies != null) {
      copies
          .asMap()
          .entrySet()
          .removeIf(
              entry ->
                  entry.getKey().owner == owner
                      && which.test(entry.getKey().key, entry.getValue()));
    }
  }
}
