package io.aetherkeep.keyspace;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.document.Document;
import io.aetherkeep.settings.Reloadable;
import java.time.Duration;
import java.util.Map;

/**
 * Tenant: one system, whose keys are separate from those of all other spaces.
 *
 * @param prefix prefix of every key; empty unless several spaces share one database
 * @param dialect its session layout
 * @param maxValueBytes maximum size of a value
 * @param maxMembers maximum number of members of an object written here
 * @param lengths lengths of lifetimes that differ from the catalogue's, by keyspace
 * @param caches its cache keyspaces
 */
public record Space(
    String name,
    String prefix,
    Dialect dialect,
    int maxValueBytes,
    int maxMembers,
    Reloadable<Map<String, Duration>> lengths,
    SpaceCaches caches) {

  public static final int USUAL_MEMBERS = 10_000;

  public Space(
      String name,
      String prefix,
      Dialect dialect,
      int maxValueBytes,
      int maxMembers,
      Map<String, Duration> lifetimes,
      SpaceCaches caches) {
    this(
        name,
        prefix,
        dialect,
        maxValueBytes,
        maxMembers,
        Reloadable.of(Map.copyOf(lifetimes)),
        caches);
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

  /** The same space with other cache keyspaces. */
  public Space with(SpaceCaches others) {
    return new Space(name, prefix, dialect, maxValueBytes, maxMembers, lengths, others);
  }

  /** Throws a failure if an object in the document has too many members. */
  public void checkMembers(Document document) {
    checkMembers(document.mostMembers());
  }

  /** Throws a failure if an object or a hash has too many members. */
  public void checkMembers(int members) {
    if (members > maxMembers) {
      throw Failure.of(
          Code.TOO_MANY_MEMBERS, "An object can have at most " + maxMembers + " members");
    }
  }

  /** Returns the lengths that differ from the catalogue's now, by keyspace. */
  public Map<String, Duration> lifetimes() {
    return lengths.value();
  }

  /** Returns the lifetime of a keyspace's values now; it can change while the node runs. */
  public Lifetime lifetime(Keyspace<?> keyspace) {
    Duration length = lifetimes().get(keyspace.name());
    return length == null ? keyspace.lifetime() : keyspace.lifetime().lasting(length);
  }
}
