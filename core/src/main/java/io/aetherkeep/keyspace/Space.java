package io.aetherkeep.keyspace;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.document.Document;
import java.time.Duration;
import java.util.Map;

/**
 * A tenant: one of the systems, its keys apart from every other's.
 *
 * @param prefix stands before every key; empty but where several spaces share one database
 * @param dialect whose session layout it has
 * @param maxValueBytes the largest value it takes
 * @param maxMembers how many members an object takes that is written here
 * @param lifetimes lengths that differ from the catalogue's, by the keyspace's name
 * @param caches which cache keyspaces it has
 */
public record Space(
    String name,
    String prefix,
    Dialect dialect,
    int maxValueBytes,
    int maxMembers,
    Map<String, Duration> lifetimes,
    SpaceCaches caches) {

  public static final int USUAL_MEMBERS = 10_000;

  public Space {
    lifetimes = Map.copyOf(lifetimes);
  }

  public Space(
      String name,
      String prefix,
      Dialect dialect,
      int maxValueBytes,
      int maxMembers,
      Map<String, Duration> lifetimes) {
    this(name, prefix, dialect, maxValueBytes, maxMembers, lifetimes, SpaceCaches.BUILT_IN);
  }

  public Space(
      String name,
      String prefix,
      Dialect dialect,
      int maxValueBytes,
      Map<String, Duration> lifetimes) {
    this(name, prefix, dialect, maxValueBytes, USUAL_MEMBERS, lifetimes);
  }

  /** The same with other cache keyspaces. */
  public Space with(SpaceCaches others) {
    return new Space(name, prefix, dialect, maxValueBytes, maxMembers, lifetimes, others);
  }

  /** Refuses a document in which some object has too many members. */
  public void checkMembers(Document document) {
    checkMembers(document.mostMembers());
  }

  /** Refuses an object or a hash of too many members. */
  public void checkMembers(int members) {
    if (members > maxMembers) {
      throw Failure.of(
          Code.TOO_MANY_MEMBERS, "An object has at most " + maxMembers + " members here");
    }
  }

  public Lifetime lifetime(Keyspace<?> keyspace) {
    Duration length = lifetimes.get(keyspace.name());
    return length == null ? keyspace.lifetime() : keyspace.lifetime().lasting(length);
  }
}
