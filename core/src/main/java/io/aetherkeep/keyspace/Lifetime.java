package io.aetherkeep.keyspace;

import java.time.Duration;

/**
 * Lifetime of a key.
 *
 * @param end event from which it counts
 * @param length its length; zero if the end has none
 */
public record Lifetime(End end, Duration length) {

  /** Event from which a lifetime counts. */
  public enum End {
    /** The key does not expire. */
    NEVER,
    /** The last write. */
    AFTER_WRITE,
    /** The last use (sliding expiry). */
    AFTER_ACCESS,
    /** The longest-lived key that it names or belongs to: for an index, a feed. */
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

  /** Whether it has a length, which a space may change. */
  public boolean counted() {
    return !length.isZero();
  }

  public Lifetime lasting(Duration other) {
    return new Lifetime(end, other);
  }
}
