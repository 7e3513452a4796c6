package io.aetherkeep.keyspace;

import org.jspecify.annotations.Nullable;

/**
 * What a key must be like for a write to be made; looked at in the same step as the write.
 *
 * @param value the value that must still be there, for {@link When#STILL}
 */
public record Condition<V>(When when, @Nullable V value) {

  /** The sorts of condition. */
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
