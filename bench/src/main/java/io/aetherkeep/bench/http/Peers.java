package io.aetherkeep.bench.http;

import io.aetherkeep.bench.load.Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Comparison with typical services: Spring Boot and Fastify, each on Redis. */
public final class Peers {

  private static final Path PEERS = Path.of("bench", "peers");

  private Peers() {}

  /** Compares with the services that were built; returns whether every answer was right. */
  public static boolean run(List<String> arguments) throws Exception {
    Path spring = PEERS.resolve("spring/target/peer.jar");
    Path fastify = PEERS.resolve("fastify");
    boolean well = true;
    if (Files.exists(spring)) {
      well &= duel(arguments, url -> Server.start("spring", Map.of("REDIS_URL", url), spring));
    }
    if (Files.exists(fastify.resolve("node_modules"))) {
      List<String> node = List.of("node", fastify.resolve("server.js").toString());
      well &=
          duel(
              arguments,
              url -> Server.start("fastify", Map.of("REDIS_URL", url, "PORT", "0"), node));
    }
    return well;
  }

  private static boolean duel(List<String> arguments, Duel.Rival rival) throws Exception {
    return new Duel("/api/v1/aethercast/caches/topic/t", "cache:topic:t", CachedGet.VALUE)
        .run(arguments, rival);
  }
}
