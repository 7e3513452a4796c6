package io.aetherkeep.launcher;

import java.util.List;

/**
 * What else there is on this node's event bus.
 *
 * @param verticles the classes of others that run in this process
 * @param cluster whether the bus is that of a Vert.x cluster
 * @param host where the cluster reaches this node's bus
 */
record Beside(List<String> verticles, boolean cluster, String host) {

  Beside {
    verticles = List.copyOf(verticles);
  }

  static Beside read(SettingsReader reader) {
    return new Beside(
        reader.classes("beside.verticles"),
        reader.flag("beside.cluster"),
        reader.text("beside.host"));
  }
}
