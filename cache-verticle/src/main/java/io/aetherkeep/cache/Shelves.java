package io.aetherkeep.cache;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import java.util.Collection;
import java.util.Map;

/** All shelves of all spaces, by name. */
final class Shelves {

  private final Map<String, Map<String, Shelf>> bySpace;

  Shelves(Map<String, Map<String, Shelf>> bySpace) {
    this.bySpace = Map.copyOf(bySpace);
  }

  Shelf find(String space, String keyspace) {
    Shelf shelf = in(space).get(keyspace);
    if (shelf == null) {
      throw Failure.of(Code.KEYSPACE_UNKNOWN, "No cache is named like this");
    }
    return shelf;
  }

  Collection<Shelf> of(String space) {
    return in(space).values();
  }

  private Map<String, Shelf> in(String space) {
    Map<String, Shelf> shelves = bySpace.get(space);
    if (shelves == null) {
      throw Failure.of(Code.SPACE_UNKNOWN, "No space is named like this");
    }
    return shelves;
  }
}
