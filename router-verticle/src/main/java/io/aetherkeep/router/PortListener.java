package io.aetherkeep.router;

/** Listener for the ports that a router has bound. */
public interface PortListener {
  /** The public server listens. */
  void listening(int port);

  /** The management server listens, if there is one. */
  default void managing(int port) {}
}
