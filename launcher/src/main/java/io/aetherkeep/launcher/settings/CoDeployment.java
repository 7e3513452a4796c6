package io.aetherkeep.launcher.settings;

import java.util.List;

/**
 * Co-deployed verticles of other projects, and the clustered event bus.
 *
 * @param verticles their classes
 * @param cluster whether the event bus joins a Vert.x cluster
 * @param host address at which other nodes reach this node's event bus
 */
public record CoDeployment(List<String> verticles, boolean cluster, String host) {

  public CoDeployment {
    verticles = List.copyOf(verticles);
  }

  static CoDeployment read(SettingsReader reader) {
    return new CoDeployment(
        reader.classes("beside.verticles"),
        reader.flag("beside.cluster"),
        reader.text("beside.host"));
  }
}
