package io.aetherkeep.cache.near;

import io.aetherkeep.cache.settings.NearSettings;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Stored;
import io.aetherkeep.redis.subscription.RedisTracking;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Near cache of one space: copies of entries in this JVM, invalidated by Redis's client tracking.
 *
 * <p>While tracking is down, no copy is served as fresh. A notification may overtake the reply that
 * it makes outdated, because the two use different connections. So each reader takes a token before
 * it asks Redis, and its copy is kept only if no notification came in between.
 */
public final class NearCache implements RedisTracking.Listener {

  /** Number of epochs: large, so that a change rarely rejects the copy of another key. */
  private static final int STRIPES = 4096;

  private static final long NO_TOKEN = -1;

  /** State of Redis's change notifications. */
  private enum Trust {
    /**
     * Tracking works and reports every change but a SWAPDB: a copy is good until it is invalidated,
     * or its recheck is due.
     */
    ARMED,
    /** Tracking is down: copies serve only as the last known values. */
    CUT,
    /** Redis does not support tracking: a copy is good for a short time. */
    BLIND
  }

  private static final Duration ALWAYS = Duration.ofDays(36_500);

  private final NearMemory memory;
  private final NearSettings settings;
  private final LastVersions versions = new LastVersions();
  private final AtomicLongArray epochs = new AtomicLongArray(STRIPES);
  private volatile Trust trust = Trust.CUT;
  private volatile long cutAt = System.nanoTime();
  private final List<Listeners> listeners = new CopyOnWriteArrayList<>();

  public NearCache(NearMemory memory, NearSettings settings) {
    this.memory = memory;
    this.settings = settings;
  }

  /** Listener for changes of keys. */
  public interface Listeners {

    /** A key was changed, by this or another service. */
    void changed(String key);

    /** Any key may have changed. */
    void anything();
  }

  public void listen(Listeners others) {
    listeners.add(others);
  }

  /** The copy under a key, if it may be served as fresh. */
  @Nullable
  public Copy find(String key, long now) {
    if (trust == Trust.CUT) {
      return null;
    }
    Copy copy = memory.find(this, key);
    return copy == null || !copy.isGood(now) ? null : copy;
  }

  /** The last known value from before Redis became unavailable, for a limited time. */
  @Nullable
  public Copy lastKnown(String key, long now) {
    boolean recent = trust != Trust.CUT || now - cutAt < settings.outage().toNanos();
    Copy copy = recent ? memory.find(this, key) : null;
    return copy == null || !copy.isKnown(now) ? null : copy;
  }

  /** Takes a token; to be called before Redis is asked. */
  public long token(String key) {
    return trust == Trust.CUT || !memory.isOn() ? NO_TOKEN : epochs.get(stripe(key));
  }

  /** Keeps a copy of Redis's reply, if no notification came since the token was taken. */
  public void keep(String key, long token, Stored<Document> stored, CacheCounts counts, long now) {
    if (token == NO_TOKEN || trust == Trust.CUT) {
      return;
    }
    boolean blind = trust == Trust.BLIND;
    Duration goodFor = blind ? settings.blindTtl() : settings.recheck();
    if (goodFor.isZero() || stored.value().length() > settings.largest()) {
      return;
    }
    // Other copies are the present values until tracking is lost, which starts the same time.
    Copy copy = new Copy(stored, counts, now, goodFor, blind ? settings.outage() : ALWAYS);
    memory.keep(this, key, copy, () -> epochs.get(stripe(key)) == token);
  }

  /** The epoch of a key; to be taken before the origin is asked past Redis. */
  public long epoch(String key) {
    return epochs.get(stripe(key));
  }

  /**
   * Keeps a value that was loaded past Redis, unless it was invalidated in the meantime; dropped
   * when Redis is back.
   */
  public void keepUntilReconnect(
      String key, long epoch, Stored<Document> stored, CacheCounts counts) {
    if (trust == Trust.CUT && stored.value().length() <= settings.largest()) {
      Copy copy = new Copy(stored, counts, System.nanoTime(), ALWAYS, ALWAYS);
      memory.keep(this, key, copy, () -> trust == Trust.CUT && epoch(key) == epoch);
    }
  }

  /** Drops the copy under a key, and rejects copies that readers are about to keep. */
  public void drop(String key) {
    epochs.incrementAndGet(stripe(key));
    memory.drop(this, key);
  }

  /** Drops the copy under a key if it has another version than Redis. */
  public void dropUnless(String key, String version) {
    Copy copy = memory.find(this, key);
    if (copy != null && !copy.value().version().equals(version)) {
      drop(key);
    }
  }

  /** Drops the copy of an entry that is about to be removed, but remembers its version. */
  public void forget(String key) {
    Copy copy = memory.find(this, key);
    if (copy != null) {
      versions.put(key, copy.value().version(), System.currentTimeMillis());
    }
    drop(key);
  }

  /** Drops the copies of all matching keys, as {@link #forget} does. */
  public void forgetIf(Predicate<String> key) {
    forgetIf((name, copy) -> key.test(name));
  }

  /** Drops the copies of the matching keys that carry a tag, or may carry it. */
  public void forgetTagged(String tag, Predicate<String> key) {
    // Most copies have no tags, and a key takes longer to test.
    forgetIf((name, copy) -> copy.mayCarry(tag) && key.test(name));
  }

  private void forgetIf(BiPredicate<String, Copy> which) {
    nextEpochs();
    memory.dropIf(
        this,
        (key, copy) -> {
          boolean meant = which.test(key, copy);
          if (meant) {
            versions.put(key, copy.value().version(), System.currentTimeMillis());
          }
          return meant;
        });
  }

  /**
   * Whether a version was written or dropped here at or before a point in time, in milliseconds
   * since 1970.
   */
  public boolean isKnownBefore(String key, String version, long moment) {
    return versions.isKnownBefore(key, version, moment);
  }

  /** Whether this node wrote a version after a point in time, in milliseconds since 1970. */
  public boolean isWrittenAfter(String key, String version, long moment) {
    return versions.isWrittenAfter(key, version, moment);
  }

  /**
   * Remembers a version that is about to be written, but no copy: if no reply comes, Redis may
   * still write it later.
   *
   * @param now in milliseconds since 1970
   */
  public void writes(String key, String version, long now) {
    versions.put(key, version, now);
  }

  /**
   * Remembers a version that was written.
   *
   * @param begun time at which it was sent, in milliseconds since 1970
   */
  public void recordWrite(String key, String version, long begun) {
    versions.recordWrite(key, version, begun);
  }

  private void dropAll() {
    nextEpochs();
    memory.dropAll(this);
  }

  private void nextEpochs() {
    for (int i = 0; i < STRIPES; i++) {
      epochs.incrementAndGet(i);
    }
  }

  private static int stripe(String key) {
    int hash = key.hashCode();
    return (hash ^ hash >>> 16) & (STRIPES - 1);
  }

  public boolean isArmed() {
    return trust == Trust.ARMED;
  }

  @Override
  public void armed() {
    dropAll();
    trust = Trust.ARMED;
    listeners.forEach(Listeners::anything);
  }

  @Override
  public void lost() {
    cutAt = System.nanoTime();
    trust = Trust.CUT;
  }

  @Override
  public void unsupported() {
    dropAll();
    trust = Trust.BLIND;
    listeners.forEach(Listeners::anything);
  }

  @Override
  public void changed(String key) {
    String own = settings.withoutPrefix(key);
    drop(own);
    listeners.forEach(listener -> listener.changed(own));
  }

  @Override
  public void flushed() {
    dropAll();
    listeners.forEach(Listeners::anything);
  }
}
