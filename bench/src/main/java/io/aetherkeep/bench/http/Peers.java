package io.aetherkeep.bench.http;

import io.aetherkeep.bench.load.Server;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Peers: services as teams write them, if they are installed as the README says: Spring Boot,
 * Fastify, and webdis.
 */
final class Peers {

  private static final String WEBDIS = "webdis";

  private Peers() {}

  /** Starts the peers that read a cached entry from Redis. */
  static List<Server> onRedis(String url, int port) throws Exception {
    List<Server> all = withSessions(url);
    Optional<Path> webdis = program(WEBDIS);
    if (webdis.isPresent()) {
      all.add(webdis(webdis.get(), port));
    }
    return all;
  }

  /** Starts the peers that keep sessions in Redis. */
  static List<Server> withSessions(String url) throws IOException {
    List<Server> all = new ArrayList<>();
    Path spring = Server.peers().resolve("spring/target/peer.jar");
    if (Files.exists(spring)) {
      all.add(Server.jar("Spring Boot", Map.of("REDIS_URL", url), spring));
    }
    Path node = Server.peers().resolve("node");
    if (Files.exists(node.resolve("node_modules/fastify"))) {
      all.add(
          Server.run(
              "Fastify",
              Map.of("REDIS_URL", url, "PORT", "0"),
              List.of("node", node.resolve("fastify.js").toString())));
    }
    return all;
  }

  /** Returns the path of an entry, up to its number. */
  static String entry(Server peer) {
    return peer.name().equals(WEBDIS) ? "/GET/cache:topic:t" : Reads.ENTRY;
  }

  /** Opens sessions; returns the cookies. */
  static List<String> openSessions(Server peer, int count) throws Exception {
    List<String> cookies = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      HttpResponse<String> opened = peer.call("GET", "/session/open", "");
      cookies.add(opened.headers().firstValue("set-cookie").orElseThrow().split(";", 2)[0]);
    }
    return cookies;
  }

  private static Server webdis(Path program, int redis) throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Path settings = Files.createTempFile("webdis", ".json");
    settings.toFile().deleteOnExit();
    Files.writeString(
        settings,
        "{\"redis_host\": \"127.0.0.1\", \"redis_port\": %d, \"http_host\": \"127.0.0.1\", \"http_port\": %d, \"threads\": %d, \"daemonize\": false, \"verbosity\": 0, \"logfile\": \"/dev/null\"}"
            .formatted(redis, port, Runtime.getRuntime().availableProcessors()));
    return Server.run(WEBDIS, Map.of(), List.of(program.toString(), settings.toString()), port);
  }

  private static Optional<Path> program(String name) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
