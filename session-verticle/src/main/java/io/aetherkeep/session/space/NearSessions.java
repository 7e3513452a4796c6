package io.aetherkeep.session.space;

import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.collection.LastKnown;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.subscription.RedisTracking;
import io.aetherkeep.session.layout.RedisSessionKeys;
import io.aetherkeep.session.layout.StoredSession;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * Near copies of a space's sessions in this JVM, invalidated by Redis's client tracking, shared by
 * the node's event loops.
 *
 * <p>Restarts of a session's lifetime are coalesced: this node restarts it at most once in the time
 * for which it answers from a copy. A restart is a change of the key itself, which invalidates the
 * copies of all nodes, so the read after one makes the copy.
 */
public final class NearSessions implements RedisTracking.Listener {

  private static final long MOST_BYTES = 32 << 20;

  private final RedisSessionKeys keys;
  private final boolean on;
  private final Duration answered;
  private final LastKnown<Copy> copies;
  private final LastKnown<Boolean> restarted;
  private final LongAdder reads = new LongAdder();
  private volatile boolean armed;

  /**
   * Session as it was read.
   *
   * @param answer the answer to clients at that time
   */
  public record Copy(StoredSession stored, Session answer) {

    long bytes() {
      return 2L * answer.document().length() + 600;
    }

    /** A copy with the lifetime that remains after some time. */
    Copy after(Duration age) {
      long millis = stored.ttlMillis() - age.toMillis();
      return new Copy(stored, answer.withTtl((millis + 999) / 1000));
    }
  }

  /**
   * Creates the copies of a space.
   *
   * @param answered how long a session is answered from a copy; zero for no copies
   */
  public NearSessions(Space space, Duration answered) {
    this.keys = new RedisSessionKeys(space);
    this.on = !answered.isZero();
    this.answered = answered;
    this.copies = new LastKnown<>(answered, MOST_BYTES, Copy::bytes);
    this.restarted = new LastKnown<>(answered, MOST_BYTES, any -> 0);
  }

  /** Whether the space has near copies at all. */
  public boolean isOn() {
    return on;
  }

  /**
   * The copy of a session, if it may be answered.
   *
   * @param use whether the read counts as use, which needs a recent restart of the lifetime
   */
  public Optional<Copy> find(String id, boolean use) {
    if (!armed || (use && !isRestarted(id))) {
      return Optional.empty();
    }
    Optional<Copy> found =
        copies
            .find(id)
            .map(seen -> seen.value().after(seen.age()))
            .filter(copy -> copy.answer().ttlSeconds() > 0);
    if (found.isPresent()) {
      reads.increment();
    }
    return found;
  }

  /** Whether this node restarted the lifetime so recently that a use need not restart it again. */
  public boolean isRestarted(String id) {
    return armed && restarted.find(id).isPresent();
  }

  /**
   * Records that a read restarted the lifetime. One shorter than twice the time of a copy is
   * restarted by every use, because it could expire while the session is in use.
   *
   * @param asked time before the read, by {@link System#nanoTime}
   */
  public void restarted(StoredSession session, long asked) {
    if (armed && session.ttlMillis() >= 2 * answered.toMillis()) {
      restarted.keep(session.id(), true, asked);
    }
  }

  /** Keeps a copy of what a read found, unless the session was changed since it was asked for. */
  public void keep(StoredSession stored, Session answer, long asked) {
    if (armed && stored.isRegistered()) {
      copies.keep(stored.id(), new Copy(stored, answer), asked);
    }
  }

  /** Drops the copy of a session, and rejects copies of reads that are under way. */
  public void forget(String id) {
    if (on) {
      copies.forget(id);
    }
  }

  /** Number of reads that were answered from copies. */
  public long reads() {
    return reads.sum();
  }

  @Override
  public void armed() {
    flushed();
    armed = true;
  }

  @Override
  public void lost() {
    armed = false;
  }

  @Override
  public void changed(String key) {
    keys.idOfWritten(key).ifPresent(copies::forget);
  }

  @Override
  public void flushed() {
    copies.clear();
    restarted.clear();
  }
}
