package io.aetherkeep.bench.socket;

import io.aetherkeep.bench.load.Server;
import io.aetherkeep.embedded.EmbeddedRedis;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** WebSocket servers to compare: a bare one, Aetherkeep, and Node's ws. */
public final class SocketServers implements AutoCloseable {

  /** Flags that keep the heap as small as its live data. */
  private static final List<String> TIGHT =
      List.of(
          "-Xms32m",
          "-Xmx400m",
          "-XX:+UseSerialGC",
          "-XX:MinHeapFreeRatio=5",
          "-XX:MaxHeapFreeRatio=10",
          "-XX:MaxDirectMemorySize=256m");

  private final EmbeddedRedis redis;
  private final List<Server> all = new ArrayList<>();

  /** Starts the servers; Node's only if ws was installed, as the README says. */
  public SocketServers() throws Exception {
    Path here =
        Path.of(SocketServers.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path ours = here.resolve("../../../launcher/target/aetherkeep.jar").normalize();
    redis = EmbeddedRedis.start(EmbeddedRedis.options());
    all.add(Server.start("bare Vert.x", Map.of(), TIGHT, here, "bare-sockets"));
    all.add(
        Server.start(
            "aetherkeep",
            Map.of(
                "AETHERKEEP_HTTP_PORT", "0",
                "AETHERKEEP_REDIS_URL", redis.url(),
                // Its start is not measured.
                "AETHERKEEP_HTTP_REQUEST_DEADLINE", "20s",
                "AETHERKEEP_HTTP_LONGEST_QUEUE", "1h",
                // The load generator answers no pings.
                "AETHERKEEP_REALTIME_HEARTBEAT", "10m",
                "AETHERKEEP_REDIS_TIMEOUT", "10s"),
            TIGHT,
            ours));
    Path modules = here.resolveSibling("ws").resolve("node_modules");
    if (Files.isDirectory(modules)) {
      String script = script(here.resolveSibling("ws").resolve("server.cjs"));
      all.add(Server.run("node ws", Map.of(), List.of("node", "--expose-gc", script)));
    }
  }

  private static String script(Path to) throws IOException {
    try (InputStream in = SocketServers.class.getResourceAsStream("ws-server.cjs")) {
      Files.write(to, Objects.requireNonNull(in, "ws-server.cjs").readAllBytes());
    }
    return to.toString();
  }

  public List<Server> all() {
    return all;
  }

  @Override
  public void close() {
    all.forEach(Server::close);
    redis.close();
  }
}
