package io.aetherkeep.launcher.settings;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the event bus: whether it joins a Vert.x cluster, and how its nodes find each other.
 *
 * @param join whether it joins a cluster, and by which cluster manager
 * @param host address at which other nodes reach this node's event bus
 * @param port port of the event bus; 0 for any free one
 * @param memberPort port of Hazelcast on every node
 * @param members addresses of nodes, each with an optional port; empty for {@code serviceDns}
 * @param serviceDns name that resolves to the addresses of all nodes, or empty
 * @param secret secret that all nodes of the cluster share, or empty
 * @param tls files for TLS between the buses; null for none
 */
public record ClusteredBus(
    Join join,
    String host,
    int port,
    int memberPort,
    List<String> members,
    String serviceDns,
    String secret,
    @Nullable Tls tls) {

  /** Ways of joining a cluster. */
  public enum Join {
    /** No cluster: the event bus is local to the process. */
    NONE,
    /** The cluster manager on the class path, with its own configuration. */
    CLASS_PATH,
    /** Hazelcast, configured by these settings. */
    HAZELCAST
  }

  /** Certificate and key of this node, and the authority that signed those of all nodes. */
  public record Tls(Path certificate, Path key, Path authority) {}

  private static final String SECRET = "beside.secret";

  public ClusteredBus {
    members = List.copyOf(members);
  }

  static ClusteredBus read(SettingsReader reader) {
    ClusteredBus bus =
        new ClusteredBus(
            join(reader),
            reader.text("beside.host"),
            reader.number("beside.port", 0, 65535),
            reader.number("beside.member-port", 1, 65535),
            reader.words("beside.members"),
            reader.word(
                "beside.service-dns",
                "[A-Za-z0-9.-]{0,253}",
                "a name like aetherkeep-bus.default.svc.cluster.local"),
            reader.word(SECRET, "(.{16,256})?", "a text of 16 to 256 characters"),
            tls(reader));
    if (bus.join == Join.HAZELCAST) {
      bus.check(reader);
    }
    return bus;
  }

  private static Join join(SettingsReader reader) {
    return switch (reader.word(
        "beside.cluster", "true|false|hazelcast", "false, true or hazelcast")) {
      case "true" -> Join.CLASS_PATH;
      case "hazelcast" -> Join.HAZELCAST;
      default -> Join.NONE;
    };
  }

  private static @Nullable Tls tls(SettingsReader reader) {
    List<@Nullable Path> files =
        Stream.of("certificate", "key", "ca").map(it -> reader.file("beside.tls-" + it)).toList();
    if (files.stream().allMatch(Objects::isNull)) {
      return null;
    }
    if (files.stream().anyMatch(Objects::isNull)) {
      reader.refused(
          "beside.tls-certificate", "TLS needs beside.tls-certificate, .tls-key and .tls-ca");
      return null;
    }
    return new Tls(
        Objects.requireNonNull(files.get(0)),
        Objects.requireNonNull(files.get(1)),
        Objects.requireNonNull(files.get(2)));
  }

  private void check(SettingsReader reader) {
    if (members.isEmpty() == serviceDns.isEmpty()) {
      reader.refused(
          "beside.members",
          "hazelcast finds other nodes by beside.members or by beside.service-dns: set one of them");
    }
    if (secret.isEmpty() && !isLoopback()) {
      reader.refused(SECRET, "needed where beside.host is not a loopback address");
    }
  }

  @Override
  public String toString() {
    return "ClusteredBus[join=" + join + ", host=" + host + "]";
  }

  private boolean isLoopback() {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
