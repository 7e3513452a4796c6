package io.aetherkeep.router.settings;

import io.aetherkeep.settings.Reloadable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the HTTP listeners.
 *
 * @param headTimeout how long a request's head may take to arrive
 * @param connectionsPerAddress the limit of connections by client address, 0 for no limit; open
 *     mode has no limit
 * @param admitted web origins that CORS, the WebSocket and the guard of open mode admit
 * @param certificate chain in PEM; null for plain HTTP
 * @param key the certificate's key in PEM
 * @param managementHost host of metrics and health
 * @param managementPort 0 for any free one; {@link #NO_MANAGEMENT} to serve them on the public port
 * @param trustedProxies addresses and networks of proxies whose forwarded client addresses are
 *     trusted
 */
public record ListenerSettings(
    Duration headTimeout,
    int connectionsPerAddress,
    Reloadable<List<String>> admitted,
    @Nullable Path certificate,
    @Nullable Path key,
    String managementHost,
    int managementPort,
    List<String> trustedProxies) {

  public static final int NO_MANAGEMENT = -1;

  /** The defaults. */
  public static final ListenerSettings USUAL =
      new ListenerSettings(
          Duration.ofSeconds(10),
          4096,
          List.of(),
          null,
          null,
          "127.0.0.1",
          NO_MANAGEMENT,
          List.of());

  public ListenerSettings {
    trustedProxies = List.copyOf(trustedProxies);
  }

  public ListenerSettings(
      Duration headTimeout,
      int connectionsPerAddress,
      List<String> origins,
      @Nullable Path certificate,
      @Nullable Path key,
      String managementHost,
      int managementPort,
      List<String> trustedProxies) {
    this(
        headTimeout,
        connectionsPerAddress,
        Reloadable.of(List.copyOf(origins)),
        certificate,
        key,
        managementHost,
        managementPort,
        trustedProxies);
  }

  /** Returns the admitted origins now; they can change while the node runs. */
  public List<String> origins() {
    return admitted.value();
  }

  /** Creates settings without trusted proxies. */
  public ListenerSettings(
      Duration headTimeout,
      int connectionsPerAddress,
      List<String> origins,
      @Nullable Path certificate,
      @Nullable Path key,
      String managementHost,
      int managementPort) {
    this(
        headTimeout,
        connectionsPerAddress,
        origins,
        certificate,
        key,
        managementHost,
        managementPort,
        List.of());
  }

  /** Returns a copy with other trusted proxies. */
  public ListenerSettings behind(List<String> proxies) {
    return new ListenerSettings(
        headTimeout,
        connectionsPerAddress,
        admitted,
        certificate,
        key,
        managementHost,
        managementPort,
        proxies);
  }

  public boolean isTls() {
    return certificate != null;
  }

  public boolean hasManagement() {
    return managementPort != NO_MANAGEMENT;
  }
}
