package io.aetherkeep.launcher;

import io.aetherkeep.router.PortListener;
import io.aetherkeep.router.settings.ListenerSettings;
import io.aetherkeep.router.settings.RouterSettings;

/** Addresses of a node's two HTTP listeners, known once its routers have bound their ports. */
final class NodeListeners implements PortListener {

  private final RouterSettings settings;
  private volatile int publicPort;
  private volatile int managementPort;

  NodeListeners(RouterSettings settings) {
    this.settings = settings;
  }

  @Override
  public void listening(int port) {
    publicPort = port;
  }

  @Override
  public void managing(int port) {
    managementPort = port;
  }

  /** URL of the public listener. */
  String url() {
    return url(settings.host(), publicPort);
  }

  boolean hasManagement() {
    return listener().hasManagement();
  }

  /** URL of the management listener. */
  String managementUrl() {
    return url(listener().managementHost(), managementPort);
  }

  private ListenerSettings listener() {
    return settings.listener();
  }

  private String url(String host, int port) {
    String scheme = listener().isTls() ? "https" : "http";
    return scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
