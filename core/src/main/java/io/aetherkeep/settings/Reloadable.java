package io.aetherkeep.settings;

import java.util.Objects;

/**
 * Value of a setting that can change while the node runs. Two of them are equal if they began with
 * equal values, so that records of settings keep their equality and hash code.
 *
 * @param <T> an immutable value
 */
public final class Reloadable<T> {

  private final T first;
  private volatile T value;

  private Reloadable(T first) {
    this.first = first;
    this.value = first;
  }

  public static <T> Reloadable<T> of(T value) {
    return new Reloadable<>(value);
  }

  /** Returns the current value, which users must read at each use. */
  public T value() {
    return value;
  }

  /** Changes the value. */
  public void become(T now) {
    value = now;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Reloadable<?> that && first.equals(that.first);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(first);
  }

  @Override
  public String toString() {
    return String.valueOf(value);
  }
}
