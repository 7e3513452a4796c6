package io.aetherkeep.redis.store;

import io.aetherkeep.collection.BoundedMap;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Throttle of writes that only refresh an entry, such as the deadline in an index: each entry at
 * most once per interval. Used by one event loop.
 */
public final class WriteThrottle {

  /** Maximum number of entries; beyond it the oldest are forgotten, and so written again sooner. */
  private static final int MOST = 20_000;

  private final long interval;
  private final LongSupplier millis;
  private final Map<String, Long> written = BoundedMap.byInsertion(MOST);

  /** Creates a throttle on a clock in ms. */
  public WriteThrottle(Duration interval, LongSupplier millis) {
    this.interval = interval.toMillis();
    this.millis = millis;
  }

  /** Whether an entry is to be written now; if so, its interval begins. */
  public boolean isDue(String entry) {
    return isDue(entry, interval);
  }

  /** Whether an entry is to be written now, with an interval of at most {@code most} ms. */
  public boolean isDue(String entry, long most) {
    long now = millis.getAsLong();
    Long last = written.get(entry);
    if (last != null && now >= last && now - last < Math.min(interval, most)) {
      return false;
    }
    written(entry);
    return true;
  }

  /** Begins an entry's interval, because it has just been written. */
  public void written(String entry) {
    written.remove(entry);
    written.put(entry, millis.getAsLong());
  }

  /** Makes an entry due again, because its write has failed. */
  public void failed(String entry) {
    written.remove(entry);
  }
}
