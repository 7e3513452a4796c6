package io.aetherkeep.bench.socket;

import io.aetherkeep.bench.load.Server;
import io.aetherkeep.bench.load.SocketLoad;
import io.aetherkeep.embedded.EmbeddedRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** WebSocket servers to compare: a node, a bare one, Node's ws, and socket.io. */
final class SocketServers implements AutoCloseable {

  /** Flags that keep the heap as small as its live data. */
  private static final List<String> TIGHT =
      List.of(
          "-Xms32m",
          "-Xmx400m",
          "-XX:+UseSerialGC",
          "-XX:MinHeapFreeRatio=5",
          "-XX:MaxHeapFreeRatio=10",
          "-XX:MaxDirectMemorySize=256m");

  private final EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());
  private final Server node;
  private final Server bare;
  private final Optional<Server> ws;
  private final Optional<Server> socketIo;
  private int sessions;

  /** Starts the servers; Node's only if its packages were installed, as the README says. */
  SocketServers() throws IOException {
    node = Server.aetherkeep(settings(redis), TIGHT);
    bare = Server.baseline("bare handler", Map.of(), TIGHT, "bare-sockets");
    ws = peer("ws", "ws.js", "ws");
    socketIo = peer("socket.io", "socketio.js", "socket.io");
  }

  /** Settings of a node with many sockets, whose start is not measured. */
  static Map<String, String> settings(EmbeddedRedis redis) {
    return Map.of(
        "AETHERKEEP_REDIS_URL", redis.url(),
        "AETHERKEEP_HTTP_REQUEST_DEADLINE", "20s",
        "AETHERKEEP_HTTP_LONGEST_QUEUE", "1h",
        "AETHERKEEP_HTTP_CONNECTIONS_PER_ADDRESS", "100000",
        // The load generator answers no pings.
        "AETHERKEEP_REALTIME_HEARTBEAT", "10m",
        "AETHERKEEP_REDIS_TIMEOUT", "10s");
  }

  private Optional<Server> peer(String name, String script, String module) throws IOException {
    Path folder = Server.peers().resolve("node");
    if (!Files.isDirectory(folder.resolve("node_modules").resolve(module))) {
      return Optional.empty();
    }
    return Optional.of(
        Server.run(
            name,
            Map.of("REDIS_URL", redis.url()),
            List.of("node", "--expose-gc", folder.resolve(script).toString())));
  }

  Server node() {
    return node;
  }

  Server bare() {
    return bare;
  }

  Optional<Server> ws() {
    return ws;
  }

  Optional<Server> socketIo() {
    return socketIo;
  }

  /** Opens sessions until each of {@code count} sockets has one. */
  void openSessions(SocketLoad load, int count) throws Exception {
    load.sessions(node, sessions, count);
    sessions = Math.max(sessions, count);
  }

  List<Server> all() {
    List<Server> all = new ArrayList<>(List.of(node, bare));
    ws.ifPresent(all::add);
    socketIo.ifPresent(all::add);
    return all;
  }

  /** Returns the resident memory of a server after garbage collections, in KiB. */
  static long residentAfterCollection(Server server) throws Exception {
    String pid = Long.toString(server.pid());
    boolean isJava = server.isAetherkeep() || server.name().equals("bare handler");
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    for (int i = 0; i < 3; i++) {
      new ProcessBuilder(
              isJava ? List.of(jcmd.toString(), pid, "GC.run") : List.of("kill", "-USR2", pid))
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor(20, TimeUnit.SECONDS);
    }
    return server.residentKilobytes();
  }

  @Override
  public void close() {
    all().forEach(Server::close);
    redis.close();
  }
}
