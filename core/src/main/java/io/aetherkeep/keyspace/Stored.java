package io.aetherkeep.keyspace;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Value in a store.
 *
 * @param age time since it was written, derived from its lifetime
 * @param remaining remaining lifetime; negative if it does not expire
 * @param label its label; null if unknown
 */
public record Stored<V>(V value, Duration age, Duration remaining, @Nullable String label) {

  /** A value without a label. */
  public Stored(V value, Duration age, Duration remaining) {
    this(value, age, remaining, "");
  }
}
