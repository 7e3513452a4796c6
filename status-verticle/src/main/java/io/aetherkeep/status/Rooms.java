package io.aetherkeep.status;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import java.util.Collection;
import java.util.Map;

/** The rooms of all spaces, by name. */
final class Rooms {

  private final Map<String, Room> bySpace;

  Rooms(Map<String, Room> bySpace) {
    this.bySpace = Map.copyOf(bySpace);
  }

  Room find(String space) {
    Room room = bySpace.get(space);
    if (room == null) {
      throw Failure.of(Code.SPACE_UNKNOWN, "No space is named like this");
    }
    return room;
  }

  Collection<Room> all() {
    return bySpace.values();
  }
}
