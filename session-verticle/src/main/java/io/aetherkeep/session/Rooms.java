package io.aetherkeep.session;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import java.util.Collection;
import java.util.Map;

/** The rooms of all spaces. */
record Rooms(Map<String, Room> byName) {

  Rooms {
    byName = Map.copyOf(byName);
  }

  Room find(String space) {
    Room room = byName.get(space);
    if (room == null) {
      throw Failure.of(Code.SPACE_UNKNOWN, "No space has this name");
    }
    return room;
  }

  Collection<Room> all() {
    return byName.values();
  }
}
