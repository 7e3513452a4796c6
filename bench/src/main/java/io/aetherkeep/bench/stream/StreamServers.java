package io.aetherkeep.bench.stream;

import io.aetherkeep.bench.load.Server;
import io.aetherkeep.embedded.EmbeddedRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Stream servers to compare at one durability: Aetherkeep and a bare handler on one Redis, and the
 * reference server.
 */
final class StreamServers implements AutoCloseable {

  private static final Path REFERENCE = Server.peers().resolve("durable-streams");

  /** Where an append is stored when it is confirmed. */
  enum Durability {
    /** In memory: the reference server without files. */
    MEMORY("no", "no"),

    /** On disk: the reference server syncs its files before it answers. */
    DISK("yes", "always");

    private final String appendOnly;
    private final String sync;

    Durability(String appendOnly, String sync) {
      this.appendOnly = appendOnly;
      this.sync = sync;
    }

    String[] redis() {
      return new String[] {"--save", "", "--appendonly", appendOnly, "--appendfsync", sync};
    }
  }

  private final Path data;
  private final EmbeddedRedis redis;
  private final List<Server> all = new ArrayList<>();

  /** Starts the servers; the reference server only if it was installed, as the README says. */
  StreamServers(Durability durability) throws IOException {
    data = Files.createTempDirectory("aetherkeep-bench-");
    redis =
        EmbeddedRedis.start(
            EmbeddedRedis.options()
                .withDataDirectory(data.resolve("redis"))
                .withArguments(durability.redis()));
    all.add(Server.aetherkeep(Map.of("AETHERKEEP_REDIS_URL", redis.url())));
    all.add(
        Server.baseline("bare handler", Map.of("REDIS_URL", redis.url() + "/0"), "bare-appends"));
    if (Files.exists(REFERENCE.resolve("node_modules"))) {
      List<String> node = List.of("node", REFERENCE.resolve("server.js").toString());
      Path files = Files.createDirectories(data.resolve("reference"));
      Map<String, String> where =
          durability == Durability.MEMORY ? Map.of() : Map.of("DATA_DIR", files.toString());
      all.add(Server.run("reference server", where, node));
    }
  }

  List<Server> all() {
    return all;
  }

  long redisNanos() {
    return Server.cpu(redis.pid()).toNanos();
  }

  @Override
  public void close() {
    all.forEach(Server::close);
    redis.close();
    try (Stream<Path> files = Files.walk(data)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
