package io.aetherkeep.keyspace;

/** Which of the three systems' sessions a space holds; the other keyspaces are the same to all. */
public enum Dialect {
  ANY,
  AETHERCAST,
  COUNCIL,
  CONTENT;

  /** Whether one space could have keyspaces of both. */
  boolean meets(Dialect other) {
    return this == ANY || other == ANY || this == other;
  }
}
