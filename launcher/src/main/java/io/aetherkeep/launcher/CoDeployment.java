package io.aetherkeep.launcher;

import java.util.List;

/**
 * Verticles that are deployed beside ours, and the cluster that the event bus joins.
 *
 * @param verticles the classes of others that run in this process
 * @param cluster whether the bus is that of a Vert.x cluster
 * @param host where the cluster reaches this node's bus
 */
record CoDeployment(List<String> verticles, boolean cluster, String host) {

  CoDeployment {
    verticles = List.copyOf(verticles);
  }

  static CoDeployment read(SettingsReader reader) {
    return new CoDeployment(
        reader.classes("beside.verticles"),
        reader.flag("beside.cluster"),
        reader.text("beside.host"));
  }
}
