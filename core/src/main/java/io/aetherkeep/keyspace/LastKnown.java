package io.aetherkeep.keyspace;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What this process saw last of each of many things, for when it cannot be asked for: shared by the
 * event loops, bounded by age and by bytes.
 *
 * <p>It is kept in two generations. When the younger is old or full it becomes the older, and what
 * was the older is gone: nothing has to be looked for to be thrown away.
 */
public final class LastKnown<V> {

  /** What an entry takes beside its value. */
  private static final long OVERHEAD = 200;

  private final long longestNanos;
  private final long mostBytes;
  private final ToLongFunction<V> size;
  private final LongSupplier nanos;
  private volatile Generation<V> young;
  private volatile Generation<V> old;

  /** What was asked for before is not kept. */
  private volatile long cleared;

  /** What was seen, and when it was asked for; no value where it is known to be gone. */
  private record Sight<V>(@Nullable V value, long asked, long bytes) {}

  private static final class Generation<V> {
    final Map<String, Sight<V>> sights = new ConcurrentHashMap<>();
    final AtomicLong bytes = new AtomicLong();
    final long born;

    Generation(long born) {
      this.born = born;
    }
  }

  /** A thing as it was a while ago. */
  public record Seen<V>(V value, Duration age) {}

  /**
   * A memory.
   *
   * @param longest how old may be what it tells
   * @param mostBytes how much it may hold, about
   * @param size how many bytes a value takes
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

  /** The time to be told with what is asked for now. */
  public long now() {
    return nanos.getAsLong();
  }

  /**
   * Keeps what was seen, unless something newer is known.
   *
   * @param asked the time before it was asked for
   */
  public void keep(String id, V value, long asked) {
    if (asked - cleared >= 0) {
      put(id, new Sight<>(value, asked, size.applyAsLong(value) + 2L * id.length() + OVERHEAD));
    }
  }

  /** Forgets a thing that is gone; what was asked for before is not kept any more. */
  public void forget(String id) {
    put(id, new Sight<>(null, now(), 2L * id.length() + OVERHEAD));
  }

  private void put(String id, Sight<V> fresh) {
    Generation<V> into = young;
    into.sights.compute(
        id,
        (any, before) -> {
          Sight<V> known = before == null ? old.sights.get(id) : before;
          Sight<V> kept = known != null && known.asked - fresh.asked > 0 ? known : fresh;
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

  /** What was last seen, if that is not too long ago. */
  public Optional<Seen<V>> find(String id) {
    Sight<V> sight = young.sights.get(id);
    if (sight == null) {
      sight = old.sights.get(id);
    }
    if (sight == null || sight.value == null) {
      return Optional.empty();
    }
    long age = now() - sight.asked;
    return age > longestNanos
        ? Optional.empty()
        : Optional.of(new Seen<>(sight.value, Duration.ofNanos(Math.max(0, age))));
  }

  /** Forgets everything that was asked for up to now. */
  public synchronized void clear() {
    cleared = now();
    young = new Generation<>(cleared);
    old = young;
  }
}
