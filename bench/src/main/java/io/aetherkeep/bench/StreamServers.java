package io.aetherkeep.bench;

import io.aetherkeep.embedded.EmbeddedRedis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The servers of streams that are compared: Aetherkeep and a bare handler on one Redis that writes
 * what it gets to disk each second, and the reference server, in memory and on files.
 */
final class StreamServers implements AutoCloseable {

  private static final Path REFERENCE = Path.of("bench", "peers", "durable-streams");

  private final EmbeddedRedis redis;
  private final List<Server> all = new ArrayList<>();

  /** Starts them; the reference server only where it was installed, as the README says. */
  StreamServers() throws Exception {
    Path here =
        Path.of(StreamServers.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path data = Files.createTempDirectory("aetherkeep-bench-");
    redis =
        EmbeddedRedis.start(
            EmbeddedRedis.options()
                .withDataDirectory(data.resolve("redis"))
                .withArguments("--appendonly", "yes", "--appendfsync", "everysec"));
    all.add(Server.start("bare", Map.of("REDIS_URL", redis.url() + "/0"), here, "bare-appends"));
    Path ours = here.resolve("../../../launcher/target/aetherkeep.jar").normalize();
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("AETHERKEEP_HTTP_PORT", "0");
    environment.put("AETHERKEEP_REDIS_URL", redis.url());
    all.add(Server.start("aetherkeep", environment, ours));
    if (Files.exists(REFERENCE.resolve("node_modules"))) {
      List<String> node = List.of("node", REFERENCE.resolve("server.js").toString());
      Path files = Files.createDirectories(data.resolve("reference"));
      all.add(Server.start("reference, memory", Map.of(), node));
      all.add(Server.start("reference, files", Map.of("DATA_DIR", files.toString()), node));
    }
  }

  List<Server> all() {
    return all;
  }

  @Override
  public void close() {
    all.forEach(Server::close);
    redis.close();
  }
}
