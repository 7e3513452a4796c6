package io.aetherkeep.keyspace;

import org.jspecify.annotations.Nullable;

/**
 * Precondition of a write, checked atomically with it.
 *
 * @param value the value that must still be stored, for {@link When#STILL}
 */
public record Condition<V>(When when, @Nullable V value) {

  /** Types of condition. */
  public enum When {
    ANY,
    ABSENT,
    PRESENT,
    STILL
  }

  public static <V> Condition<V> any() {
    return new Condition<>(When.ANY, null);
  }

  public static <V> Condition<V> absent() {
    return new Condition<>(When.ABSENT, null);
  }

  public static <V> Condition<V> present() {
    return new Condition<>(When.PRESENT, null);
  }

  public static <V> Condition<V> still(V value) {
    return new Condition<>(When.STILL, value);
  }
}
