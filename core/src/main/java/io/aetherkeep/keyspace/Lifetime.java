package io.aetherkeep.keyspace;

import java.time.Duration;

/**
 * When a key is gone.
 *
 * @param end what counts
 * @param length how long from there; zero where the end has no length of its own
 */
public record Lifetime(End end, Duration length) {

  /** What a key's end is counted from. */
  public enum End {
    /** It stays until it is removed. */
    NEVER,
    /** The last write. */
    AFTER_WRITE,
    /** The last use. */
    AFTER_ACCESS,
    /** The longest-lived of what it names, or what it belongs to: an index, a feed. */
    WITH_OTHERS
  }

  public Lifetime {
    boolean counted = end == End.AFTER_WRITE || end == End.AFTER_ACCESS;
    if (counted == length.isZero() || length.isNegative()) {
      throw new IllegalArgumentException(end + " does not go with " + length);
    }
  }

  public static Lifetime never() {
    return new Lifetime(End.NEVER, Duration.ZERO);
  }

  public static Lifetime afterWrite(Duration length) {
    return new Lifetime(End.AFTER_WRITE, length);
  }

  public static Lifetime afterAccess(Duration length) {
    return new Lifetime(End.AFTER_ACCESS, length);
  }

  public static Lifetime withOthers() {
    return new Lifetime(End.WITH_OTHERS, Duration.ZERO);
  }

  /** Whether a length makes sense, and so may be set otherwise for a space. */
  public boolean counted() {
    return !length.isZero();
  }

  public Lifetime lasting(Duration other) {
    return new Lifetime(end, other);
  }
}
