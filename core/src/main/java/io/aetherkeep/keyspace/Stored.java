package io.aetherkeep.keyspace;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A value as a store holds it.
 *
 * @param age how long ago it was written, as far as its lifetime tells
 * @param remaining how long it has left; negative where it never ends
 * @param label what was noted of it; null where that is not known
 */
public record Stored<V>(V value, Duration age, Duration remaining, @Nullable String label) {

  /** A value without a label. */
  public Stored(V value, Duration age, Duration remaining) {
    this(value, age, remaining, "");
  }
}
