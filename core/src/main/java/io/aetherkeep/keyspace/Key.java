package io.aetherkeep.keyspace;

import java.util.List;

/** Key of a keyspace with validated ids; created by {@link Keyspace#key}. */
public record Key<V>(Keyspace<V> keyspace, List<String> ids, String text) {

  public Key {
    ids = List.copyOf(ids);
  }

  /**
   * The ids as batch requests write them, joined by colons; unambiguous, because none contains one.
   */
  public String id() {
    return String.join(":", ids);
  }

  @Override
  public String toString() {
    return text;
  }
}
