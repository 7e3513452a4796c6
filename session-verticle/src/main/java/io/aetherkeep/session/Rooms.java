package io.aetherkeep.session;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;

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

  /** Tells a space's sessions of an event, which may be of a space that only other nodes have. */
  void tell(String space, Consumer<SessionStore> what) {
    Room room = byName.get(space);
    if (room != null) {
      what.accept(room.store());
    }
  }

  /** Hears that a session is over, whoever ended it: it is not answered from memory either. */
  void ended(String space, String id) {
    Room room = byName.get(space);
    if (room != null) {
      room.store().ended(id);
      room.lastKnown().forget(id);
    }
  }

  Collection<Room> all() {
    return byName.values();
  }
}
