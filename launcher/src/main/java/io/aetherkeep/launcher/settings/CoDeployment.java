package io.aetherkeep.launcher.settings;

import java.util.List;

/**
 * Co-deployed verticles of other projects, and the event bus that they share with the node.
 *
 * @param verticles class names of the verticles
 * @param bus the event bus
 */
public record CoDeployment(List<String> verticles, ClusteredBus bus) {

  public CoDeployment {
    verticles = List.copyOf(verticles);
  }

  static CoDeployment read(SettingsReader reader) {
    return new CoDeployment(reader.classes("beside.verticles"), ClusteredBus.read(reader));
  }
}
