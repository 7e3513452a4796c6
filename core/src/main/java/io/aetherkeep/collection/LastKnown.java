package io.aetherkeep.collection;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Last known values, served while their store is unavailable: shared by the event loops, limited in
 * age and bytes.
 *
 * <p>It has two generations. A young generation that is full or too old replaces the old one, whose
 * values are dropped, so that eviction needs no search.
 */
public final class LastKnown<V> {

  /** Estimated overhead of an entry in bytes. */
  private static final long OVERHEAD = 200;

  private final long longestNanos;
  private final long mostBytes;
  private final ToLongFunction<V> size;
  private final LongSupplier nanos;
  private volatile Generation<V> young;
  private volatile Generation<V> old;

  /**
   * Time of the last clear. Values requested before it are not kept, nor returned if they were kept
   * while it happened.
   */
  private volatile long cleared;

  /**
   * A value and when it was requested, or when its write was confirmed; the value is null if it is
   * known to be gone.
   */
  private record Entry<V>(@Nullable V value, long asked, long bytes) {

    /** Whether this is newer than an entry whose request began at a time. */
    boolean isAfter(Entry<V> fresh, long begun) {
      return asked - (value == null ? begun : fresh.asked) > 0;
    }
  }

  private static final class Generation<V> {
    final Map<String, Entry<V>> entries = new ConcurrentHashMap<>();
    final AtomicLong bytes = new AtomicLong();
    final long born;

    Generation(long born) {
      this.born = born;
    }
  }

  /** A value as it was some time ago. */
  public record Seen<V>(V value, Duration age) {}

  /**
   * Creates the memory.
   *
   * @param longest maximum age of a returned value
   * @param mostBytes approximate maximum size
   * @param size size of a value in bytes
   */
  public LastKnown(Duration longest, long mostBytes, ToLongFunction<V> size) {
    this(longest, mostBytes, size, System::nanoTime);
  }

  LastKnown(Duration longest, long mostBytes, ToLongFunction<V> size, LongSupplier nanos) {
    this.longestNanos = longest.toNanos();
    this.mostBytes = mostBytes;
    this.size = size;
    this.nanos = nanos;
    this.young = new Generation<>(nanos.getAsLong());
    this.old = young;
    this.cleared = young.born;
  }

  /** The current time, which the caller reads before a request and passes to {@link #keep}. */
  public long now() {
    return nanos.getAsLong();
  }

  /**
   * Keeps a value, unless a newer one is known.
   *
   * @param asked time before the request
   */
  public void keep(String id, V value, long asked) {
    keep(id, value, asked, asked);
  }

  /**
   * Keeps a value that was written, unless the id was forgotten since. Reads that overlap the write
   * may have found an older value, whenever they were requested.
   *
   * @param begun time before the write
   */
  public void keepWritten(String id, V value, long begun) {
    keep(id, value, begun, now());
  }

  private void keep(String id, V value, long begun, long known) {
    if (begun - cleared >= 0) {
      long bytes = size.applyAsLong(value) + 2L * id.length() + OVERHEAD;
      put(id, new Entry<>(value, known, bytes), begun);
    }
  }

  /** Forgets a value that is gone; results of earlier requests are not kept. */
  public void forget(String id) {
    long now = now();
    put(id, new Entry<>(null, now, 2L * id.length() + OVERHEAD), now);
  }

  /**
   * Puts an entry, unless a newer one is known.
   *
   * @param begun time before the request, after which the id must not have been forgotten
   */
  private void put(String id, Entry<V> fresh, long begun) {
    Generation<V> into = young;
    into.entries.compute(
        id,
        (any, before) -> {
          Entry<V> known = before == null ? old.entries.get(id) : before;
          Entry<V> kept = known != null && known.isAfter(fresh, begun) ? known : fresh;
          into.bytes.addAndGet(kept.bytes - (before == null ? 0 : before.bytes));
          return kept;
        });
    if (into.bytes.get() > mostBytes / 2 || now() - into.born > longestNanos) {
      turn(into);
    }
  }

  private synchronized void turn(Generation<V> full) {
    if (young == full) {
      old = full;
      young = new Generation<>(now());
    }
  }

  /** The last known value, unless it is too old. */
  public Optional<Seen<V>> find(String id) {
    Entry<V> entry = young.entries.get(id);
    if (entry == null) {
      entry = old.entries.get(id);
    }
    if (entry == null || entry.value == null || entry.asked - cleared < 0) {
      return Optional.empty();
    }
    long age = now() - entry.asked;
    return age > longestNanos
        ? Optional.empty()
        : Optional.of(new Seen<>(entry.value, Duration.ofNanos(Math.max(0, age))));
  }

  /** Forgets all values; results of earlier requests are not kept. */
  public synchronized void clear() {
    cleared = now();
    young = new Generation<>(cleared);
    old = young;
  }
}
