package io.aetherkeep.cache.near;

import io.aetherkeep.cache.settings.NearSettings;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Stored;
import io.aetherkeep.redis.RedisTracking;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The copies of one space's entries in this JVM, which Redis keeps true by telling of changes.
 *
 * <p>While Redis does not tell, no copy is served as if it were fresh. A change may overtake the
 * reply that it makes outdated, for they come on two connections: so every reader takes a token
 * before it asks Redis, and its copy is kept only if nothing was told in between.
 */
public final class NearCache implements RedisTracking.Listener {

  /** Many enough that a change seldom keeps out the copy of another key. */
  private static final int STRIPES = 4096;

  private static final long NO_TOKEN = -1;

  /** How much Redis tells. */
  private enum Trust {
    /** Every change but a SWAPDB: a copy is good until it is told otherwise, or to be rechecked. */
    ARMED,
    /** Nothing for the moment: copies are for when all else fails. */
    CUT,
    /** Nothing ever: a copy is good for a short while. */
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

  /** Who else wants to know of changes. */
  public interface Listeners {

    /** A key was changed by somebody. */
    void changed(String key);

    /** Everything may have been changed. */
    void anything();
  }

  public void tell(Listeners others) {
    listeners.add(others);
  }

  /** The copy under a key, if it may be served as what Redis holds. */
  @Nullable
  public Copy find(String key, long now) {
    if (trust == Trust.CUT) {
      return null;
    }
    Copy copy = memory.find(this, key);
    return copy == null || !copy.isGood(now) ? null : copy;
  }

  /** What was known before Redis was lost, for a while; not what it holds now. */
  @Nullable
  public Copy lastKnown(String key, long now) {
    boolean recent = trust != Trust.CUT || now - cutAt < settings.outage().toNanos();
    Copy copy = recent ? memory.find(this, key) : null;
    return copy == null || copy.isOver(now) ? null : copy;
  }

  /** To be taken before Redis is asked. */
  public long token(String key) {
    return trust == Trust.CUT || !memory.isOn() ? NO_TOKEN : epochs.get(stripe(key));
  }

  /** Keeps a copy of what Redis answered, if nothing was told since the token was taken. */
  public void keep(String key, long token, Stored<Document> stored, CacheCounts counts, long now) {
    if (token == NO_TOKEN || trust == Trust.CUT) {
      return;
    }
    Duration goodFor = trust == Trust.BLIND ? settings.blindTtl() : settings.recheck();
    if (goodFor.isZero() || stored.value().length() > settings.largest()) {
      return;
    }
    Copy copy = new Copy(stored, counts, now, goodFor);
    memory.keep(this, key, copy, () -> epochs.get(stripe(key)) == token);
  }

  /** To be taken before the system of record is asked past Redis. */
  public long epoch(String key) {
    return epochs.get(stripe(key));
  }

  /**
   * Keeps what was learnt elsewhere while Redis is gone, if it was not invalidated meanwhile;
   * forgotten when Redis is back.
   */
  public void keepMeanwhile(String key, long epoch, Stored<Document> stored, CacheCounts counts) {
    if (trust == Trust.CUT && stored.value().length() <= settings.largest()) {
      Copy copy = new Copy(stored, counts, System.nanoTime(), ALWAYS);
      memory.keep(this, key, copy, () -> trust == Trust.CUT && epoch(key) == epoch);
    }
  }

  /** Forgets what is known under a key, and what readers are about to learn. */
  public void drop(String key) {
    epochs.incrementAndGet(stripe(key));
    memory.drop(this, key);
  }

  /** Forgets a copy whose entry is to be removed, but for its version. */
  public void forget(String key) {
    Copy copy = memory.find(this, key);
    if (copy != null) {
      versions.put(key, copy.value().version(), System.currentTimeMillis());
    }
    drop(key);
  }

  /** The same for all whose keys are like that. */
  public void forgetIf(Predicate<String> key) {
    forgetIf((name, copy) -> key.test(name));
  }

  /** The same for those of them that carry a tag, or may. */
  public void forgetTagged(String tag, Predicate<String> key) {
    forgetIf((name, copy) -> key.test(name) && copy.mayCarry(tag));
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
   * Whether a version was written here, or forgotten, before a moment in milliseconds since 1970.
   */
  public boolean isKnownBefore(String key, String version, long moment) {
    return versions.isKnownBefore(key, version, moment);
  }

  /** Whether this node wrote a version after a moment in milliseconds since 1970. */
  public boolean isWrittenAfter(String key, String version, long moment) {
    return versions.isWrittenAfter(key, version, moment);
  }

  /**
   * Remembers a version that is about to be written, and no copy: where nothing answers, Redis may
   * write it later.
   *
   * @param now in milliseconds since 1970
   */
  public void writes(String key, String version, long now) {
    versions.put(key, version, now);
  }

  /**
   * Remembers the version that was written.
   *
   * @param begun when it was sent, in milliseconds since 1970
   */
  public void wrote(String key, String version, long begun) {
    versions.wrote(key, version, begun);
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
