package io.aetherkeep.keyspace;

import java.util.List;

/** One key of a keyspace, its ids checked; made by {@link Keyspace#key}. */
public record Key<V>(Keyspace<V> keyspace, List<String> ids, String text) {

  public Key {
    ids = List.copyOf(ids);
  }

  /** The ids in one text, as a batch names them: unambiguous, for no two of them hold a colon. */
  public String id() {
    return String.join(":", ids);
  }

  @Override
  public String toString() {
    return text;
  }
}
