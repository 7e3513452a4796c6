package io.aetherkeep.launcher;

import io.aetherkeep.launcher.settings.ClusteredBus;
import io.aetherkeep.launcher.settings.ClusteredBus.Join;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Configuration of the clustered event bus: its options, and the Hazelcast preset that finds the
 * nodes.
 *
 * <p>Messages travel over connections of the event bus, with mutual TLS where it is configured.
 * Hazelcast's own connections carry only the addresses of the nodes; its community edition has no
 * TLS. The cluster's name is derived from the secret, so a node with another secret cannot join.
 */
final class EventBusCluster {

  private static final String MANAGER = "io.vertx.spi.cluster.hazelcast.HazelcastClusterManager";
  private static final String PRESET = "classpath:io/aetherkeep/launcher/hazelcast.xml";

  private EventBusCluster() {}

  static EventBusOptions options(ClusteredBus bus) {
    EventBusOptions options = new EventBusOptions().setHost(bus.host()).setPort(bus.port());
    ClusteredBus.Tls tls = bus.tls();
    return tls == null
        ? options
        : options
            .setSsl(true)
            .setKeyCertOptions(
                new PemKeyCertOptions()
                    .setCertPath(tls.certificate().toString())
                    .setKeyPath(tls.key().toString()))
            .setTrustOptions(new PemTrustOptions().addCertPath(tls.authority().toString()))
            .setClientAuth(ClientAuth.REQUIRED);
  }

  /** Configures the cluster manager that Vert.x finds on the class path. */
  static void prepare(ClusteredBus bus) {
    if (bus.join() != Join.HAZELCAST) {
      return;
    }
    try {
      Class.forName(MANAGER, false, EventBusCluster.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new StartException(
          "beside.cluster: hazelcast needs the archive aetherkeep-hazelcast on the class path:"
              + " AETHERKEEP_CLASSPATH='hazelcast/*'",
          e);
    }
    System.setProperty("vertx.hazelcast.config", PRESET);
    variables(bus).forEach((name, value) -> System.setProperty("aetherkeep.bus." + name, value));
  }

  /** Returns the variables of the preset, which Hazelcast reads from system properties. */
  private static Map<String, String> variables(ClusteredBus bus) {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("name", name(bus.secret()));
    variables.put("host", bus.host());
    variables.put("port", Integer.toString(bus.memberPort()));
    variables.put("static", Boolean.toString(!bus.members().isEmpty()));
    variables.put("members", String.join(",", bus.members()));
    variables.put("dns", Boolean.toString(!bus.serviceDns().isEmpty()));
    variables.put("service", bus.serviceDns());
    return variables;
  }

  /** Returns the cluster's name: an HMAC of the secret, if there is one. */
  static String name(String secret) {
    if (secret.isEmpty()) {
      return "aetherkeep";
    }
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] hash = mac.doFinal("aetherkeep event bus".getBytes(StandardCharsets.UTF_8));
      return "aetherkeep-" + HexFormat.of().formatHex(hash);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has HMAC", e);
    }
  }
}
