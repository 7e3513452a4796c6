package io.aetherkeep.keyspace;

/**
 * Session layout of a space: that of one of the three systems. Other keyspaces are the same in
 * every space.
 */
public enum Dialect {
  ANY,
  AETHERCAST,
  COUNCIL,
  CONTENT;

  /** Whether a space could have keyspaces of both. */
  boolean meets(Dialect other) {
    return this == ANY || other == ANY || this == other;
  }
}
