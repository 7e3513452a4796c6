package io.aetherkeep.launcher;

import io.aetherkeep.launcher.settings.Setting;
import io.aetherkeep.launcher.settings.Settings;
import io.aetherkeep.router.settings.ListenerSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Check before the start that all configured ports are free; an error names the setting. */
final class PortCheck {

  private PortCheck() {}

  static void requireFree(Settings settings) {
    require("http.port", settings.http().host(), settings.http().port());
    ListenerSettings listener = settings.http().listener();
    if (listener.hasManagement()) {
      require("http.management-port", listener.managementHost(), listener.managementPort());
    }
    if (settings.needsEmbeddedRedis()) {
      require("redis.embedded-port", "127.0.0.1", settings.embeddedPort());
    }
  }

  private static void require(String path, String host, int port) {
    if (port == 0) {
      return;
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
    } catch (IOException e) {
      throw new StartException(
          "%s (%s): cannot listen on %s:%d: %s"
              .formatted(path, Setting.variable(path), host, port, e.getMessage()),
          e);
    }
  }
}
