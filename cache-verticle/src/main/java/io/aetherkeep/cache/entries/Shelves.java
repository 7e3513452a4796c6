package io.aetherkeep.cache.entries;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.keyspace.PerSpace;
import java.util.Collection;
import java.util.Map;

/** All shelves of all spaces, by name. */
public final class Shelves {

  private final PerSpace<Map<String, Shelf>> bySpace;

  public Shelves(Map<String, Map<String, Shelf>> bySpace) {
    this.bySpace = PerSpace.by(bySpace);
  }

  public Shelf find(String space, String keyspace) {
    Shelf shelf = bySpace.of(space).get(keyspace);
    if (shelf == null) {
      throw Failure.of(Code.KEYSPACE_UNKNOWN, "No cache is named like this");
    }
    return shelf;
  }

  public Collection<Shelf> of(String space) {
    return bySpace.of(space).values();
  }
}
