package io.aetherkeep.router.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the doors stand to whoever comes to them.
 *
 * @param headTimeout how long the head of a request may take to come in
 * @param connectionsPerAddress how many connections an address may have, 0 for any number; where
 *     credentials are asked for
 * @param origins the origins whose pages may do here what they could not otherwise
 * @param certificate what the server shows, a chain in PEM; none to speak in clear
 * @param key the certificate's
 * @param managementHost where metrics and health are
 * @param managementPort 0 for any free one; {@link #NO_MANAGEMENT} where they are with all else
 * @param trustedProxies addresses and networks of proxies that are believed for whom they ask
 */
public record DoorSettings(
    Duration headTimeout,
    int connectionsPerAddress,
    List<String> origins,
    @Nullable Path certificate,
    @Nullable Path key,
    String managementHost,
    int managementPort,
    List<String> trustedProxies) {

  public static final int NO_MANAGEMENT = -1;

  /** The usual doors. */
  public static final DoorSettings USUAL =
      new DoorSettings(
          Duration.ofSeconds(10),
          4096,
          List.of(),
          null,
          null,
          "127.0.0.1",
          NO_MANAGEMENT,
          List.of());

  public DoorSettings {
    origins = List.copyOf(origins);
    trustedProxies = List.copyOf(trustedProxies);
  }

  /** Doors behind no proxy. */
  public DoorSettings(
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

  /** The same behind proxies. */
  public DoorSettings behind(List<String> proxies) {
    return new DoorSettings(
        headTimeout,
        connectionsPerAddress,
        origins,
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
