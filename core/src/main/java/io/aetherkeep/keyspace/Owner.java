package io.aetherkeep.keyspace;

/** The verticle that alone writes a keyspace. */
public enum Owner {
  SESSION,
  CACHE,
  STATUS,
  HEALTH,
  STREAM,
  WEBHOOK
}
