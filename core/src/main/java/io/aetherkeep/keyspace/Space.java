package io.aetherkeep.keyspace;

import java.time.Duration;
import java.util.Map;

/**
 * A tenant: one of the systems, its keys apart from every other's.
 *
 * @param prefix stands before every key; empty but where several spaces share one database
 * @param dialect whose session layout it has
 * @param maxValueBytes the largest value it takes
 * @param lifetimes lengths that differ from the catalogue's, by the keyspace's name
 */
public record Space(
    String name,
    String prefix,
    Dialect dialect,
    int maxValueBytes,
    Map<String, Duration> lifetimes) {

  public Space {
    lifetimes = Map.copyOf(lifetimes);
  }

  public Lifetime lifetime(Keyspace<?> keyspace) {
    Duration length = lifetimes.get(keyspace.name());
    return length == null ? keyspace.lifetime() : keyspace.lifetime().lasting(length);
  }
}
