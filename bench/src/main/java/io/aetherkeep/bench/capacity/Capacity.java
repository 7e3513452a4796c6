package io.aetherkeep.bench.capacity;

import io.aetherkeep.bench.load.Load;
import io.aetherkeep.bench.load.RawRequest;
import io.aetherkeep.bench.load.Server;
import io.aetherkeep.bench.load.SocketLoad;
import io.aetherkeep.embedded.EmbeddedCluster;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Measurement for capacity planning: what sessions, reads and appends cost a node and the three
 * masters of its cluster, in processor time and memory.
 */
public final class Capacity implements AutoCloseable {

  private static final String API = "/api/v1/aethercast";

  private final Vertx vertx = Vertx.vertx();
  private final EmbeddedCluster cluster = EmbeddedCluster.start(EmbeddedCluster.options());
  private final Server node;

  private Capacity() throws Exception {
    this.node = Server.aetherkeep(environment(cluster));
  }

  /** Returns the settings of a node whose three spaces share a cluster. */
  public static Map<String, String> environment(EmbeddedCluster cluster) {
    Map<String, String> all = new HashMap<>();
    all.put("AETHERKEEP_HTTP_PORT", "0");
    all.put("AETHERKEEP_HTTP_ACCESS_LOG", "off");
    all.put("AETHERKEEP_REDIS_CLUSTER", String.join(",", cluster.addresses()));
    for (String space : List.of("AETHERCAST", "COUNCIL", "CONTENT")) {
      all.put("AETHERKEEP_SPACES_" + space + "_DATABASE", "0");
    }
    all.put("AETHERKEEP_SPACES_COUNCIL_PREFIX", "council:");
    all.put("AETHERKEEP_SPACES_CONTENT_PREFIX", "blog:");
    return all;
  }

  public static void run(List<String> arguments) throws Exception {
    double seconds = arguments.isEmpty() ? 6 : Double.parseDouble(arguments.get(0));
    try (Capacity capacity = new Capacity()) {
      capacity.measure(seconds);
    }
    CapacitySimulation.run(10_000_000, 1_000_000);
  }

  private void measure(double seconds) throws Exception {
    System.out.printf("%-44s %9s %9s%n", "processor time of one, in µs", "node", "Redis");
    loaded("warm-up", Math.min(5, seconds), i -> RawRequest.get(API + "/stats/sessions"));
    long before = memory();
    double opened =
        loaded(
            "session opened",
            seconds,
            i -> RawRequest.json("POST", API + "/sessions", "{\"userId\": \"u" + i + "\"}"));
    long after = memory();
    System.out.printf(
        "%-44s %9s %9.0f B of Redis, indexes included%n",
        "a session", "", (after - before) / opened);
    List<String> ids = IntStream.range(0, 1000).mapToObj(i -> "c" + i).toList();
    for (String id : ids) {
      send(
          RawRequest.json(
              "POST", API + "/sessions", "{\"id\": \"" + id + "\", \"userId\": \"u\"}"));
      send(
          RawRequest.json(
              "PUT", API + "/caches/topic/" + id, "{\"text\": \"" + "x".repeat(580) + "\"}"));
      send(RawRequest.json("PUT", API + "/streams/" + id, ""));
    }
    loaded("session read", seconds, i -> RawRequest.get(API + "/sessions/" + ids.get(i % 1000)));
    loaded(
        "cached GET, near cache",
        seconds,
        i -> RawRequest.get(API + "/caches/topic/" + ids.get(i % 1000)));
    loaded(
        "append of 20 bytes to a stream",
        seconds,
        i ->
            RawRequest.json(
                "POST",
                API + "/streams/" + ids.get(i % 1000),
                "{\"token\": \"" + i % 1000 + "\"}"));
    loaded(
        "status put",
        seconds,
        i ->
            RawRequest.json(
                "PUT", API + "/status/crawl/" + ids.get(i % 1000), "{\"status\": \"running\"}"));
    System.out.printf(
        "%d cores, Java %s%n", Runtime.getRuntime().availableProcessors(), Runtime.version());
  }

  /** Loads the node, prints what one request costs, and returns how many were answered. */
  private double loaded(String what, double seconds, IntFunction<Buffer> request) throws Exception {
    List<Buffer> requests = IntStream.range(0, 1000).mapToObj(request).toList();
    Duration nodeBefore = node.cpu();
    Duration redisBefore = redis();
    Load.Result result = new Load(vertx, requests, node.port()).run(seconds);
    double answered = Math.max(1, result.answered());
    System.out.printf(
        "%-44s %9.1f %9.1f   (%d failed)%n",
        what,
        node.cpu().minus(nodeBefore).toNanos() / 1000.0 / answered,
        redis().minus(redisBefore).toNanos() / 1000.0 / answered,
        result.failed());
    return answered;
  }

  private Duration redis() {
    return IntStream.range(0, cluster.size())
        .mapToObj(i -> ProcessHandle.of(cluster.pid(i)).orElseThrow())
        .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }

  /** Returns the number of bytes that the masters have allocated. */
  private long memory() throws Exception {
    long sum = 0;
    for (String address : cluster.addresses()) {
      Response info =
          SocketLoad.await(
              Redis.createClient(vertx, "redis://" + address)
                  .send(Request.cmd(Command.INFO).arg("memory")));
      String text = Objects.requireNonNull(info).toString();
      int at = text.indexOf("used_memory:") + 12;
      sum += Long.parseLong(text.substring(at, text.indexOf('\r', at)));
    }
    return sum;
  }

  private void send(Buffer request) throws Exception {
    SocketLoad.await(
        vertx
            .createNetClient()
            .connect(node.port(), "127.0.0.1")
            .compose(
                socket -> {
                  Promise<Void> done = Promise.promise();
                  socket.handler(
                      bytes -> {
                        done.tryComplete();
                        socket.close();
                      });
                  socket.write(request);
                  return done.future();
                }));
  }

  /** Returns a session id for the simulation. */
  public static String id() {
    return UUID.randomUUID().toString();
  }

  @Override
  public void close() {
    node.close();
    cluster.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
