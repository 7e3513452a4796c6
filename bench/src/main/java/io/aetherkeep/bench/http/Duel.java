package io.aetherkeep.bench.http;

import io.aetherkeep.bench.capacity.Capacity;
import io.aetherkeep.bench.load.Load;
import io.aetherkeep.bench.load.Server;
import io.aetherkeep.embedded.EmbeddedCluster;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Comparison of two servers on the same Redis under the same load, in alternating rounds. */
final class Duel {

  /** Number of keys, read at random. */
  static final int ENTRIES = 1000;

  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setPreferNativeTransport(true));

  private final String path;
  private final String key;
  private final String value;
  private String served;
  private Map<String, String> settings = Map.of();
  private String method = "GET";
  private String after = "";
  private List<String> bodies = List.of("");

  /**
   * Creates a comparison, of GETs unless {@link #sending} sets another request.
   *
   * @param path path of Aetherkeep's resource, up to the entry's number
   * @param key key in Redis, up to the number
   * @param value stored value, in which the number replaces {@code #}; the answer must contain it
   */
  Duel(String path, String key, String value) {
    this.path = path;
    this.key = key;
    this.value = value;
    this.served = value;
  }

  /** Sets Aetherkeep's environment variables. */
  Duel with(Map<String, String> environment) {
    settings = environment;
    return this;
  }

  /** Sets what the answer must contain, if not the whole value. */
  Duel served(String part) {
    served = part;
    return this;
  }

  /** Sends any of these bodies instead of a GET, to a path with this suffix after the number. */
  Duel sending(String method, String after, List<String> bodies) {
    this.method = method;
    this.after = after;
    this.bodies = List.copyOf(bodies);
    return this;
  }

  /** Result of one round of one server. */
  private record Turn(double perSecond, double cpuMicros, long failed) {}

  /** Compares with a bare server of this module; returns whether every answer was right. */
  boolean run(List<String> arguments, String... rival) throws Exception {
    Path here = here();
    return run(
        arguments, redisUrl -> Server.start("bare", Map.of("REDIS_URL", redisUrl), here, rival));
  }

  private static Path here() throws Exception {
    return Path.of(Duel.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  /** Starts the server to compare with, on a Redis. */
  interface Rival {
    Server start(String redisUrl) throws Exception;
  }

  /** Compares with another server; returns whether every answer was right. */
  boolean run(List<String> arguments, Rival rival) throws Exception {
    int rounds = arguments.isEmpty() ? 5 : Integer.parseInt(arguments.get(0));
    double seconds = arguments.size() < 2 ? 6 : Double.parseDouble(arguments.get(1));
    Path ours = here().resolve("../../../launcher/target/aetherkeep.jar").normalize();
    try (EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());
        Server bare = rival.start(redis.url() + "/0");
        Server keep = Server.start("aetherkeep", environment(redis.url()), ours)) {
      fill(new RedisOptions().setConnectionString(redis.url() + "/0"));
      return compare(keep, bare, rounds, seconds);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  /** Compares Aetherkeep on three masters with itself on one server. */
  boolean onCluster(List<String> arguments) throws Exception {
    int rounds = arguments.isEmpty() ? 5 : Integer.parseInt(arguments.get(0));
    double seconds = arguments.size() < 2 ? 6 : Double.parseDouble(arguments.get(1));
    Path ours = here().resolve("../../../launcher/target/aetherkeep.jar").normalize();
    try (EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());
        EmbeddedCluster cluster = EmbeddedCluster.start(EmbeddedCluster.options());
        Server one = Server.start("one server", environment(redis.url()), ours);
        Server three = Server.start("cluster", onCluster(cluster), ours)) {
      fill(new RedisOptions().setConnectionString(redis.url() + "/0"));
      RedisOptions masters = new RedisOptions().setType(RedisClientType.CLUSTER);
      cluster.addresses().forEach(at -> masters.addConnectionString("redis://" + at));
      fill(masters);
      return compare(three, one, rounds, seconds);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  private Map<String, String> onCluster(EmbeddedCluster cluster) {
    Map<String, String> all = new HashMap<>(settings);
    all.putAll(Capacity.environment(cluster));
    return all;
  }

  private Map<String, String> environment(String redisUrl) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("AETHERKEEP_HTTP_PORT", "0");
    all.put("AETHERKEEP_REDIS_URL", redisUrl);
    return all;
  }

  private void fill(RedisOptions options) throws Exception {
    Redis client = Redis.createClient(vertx, options);
    for (int i = 0; i < ENTRIES; i++) {
      client
          .send(Request.cmd(Command.SETEX).arg(key + i).arg(3600).arg(value.replace("#", "" + i)))
          .toCompletionStage()
          .toCompletableFuture()
          .get(10, TimeUnit.SECONDS);
    }
  }

  private boolean compare(Server ours, Server bare, int rounds, double seconds) throws Exception {
    requireRight(ours);
    requireRight(bare);
    turn(ours, 10);
    turn(bare, 10);
    List<Turn> oursTurns = new ArrayList<>();
    List<Turn> bareTurns = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      oursTurns.add(turn(ours, seconds));
      bareTurns.add(turn(bare, seconds));
    }
    print(ours, oursTurns);
    print(bare, bareTurns);
    System.out.printf(
        "%d cores, Java %s, %d rounds of %.0f s each%n",
        Runtime.getRuntime().availableProcessors(), Runtime.version(), rounds, seconds);
    System.out.printf(
        "ratio in requests a second: %.2f (median of the rounds')%n",
        median(
            IntStream.range(0, rounds)
                .mapToObj(i -> oursTurns.get(i).perSecond / bareTurns.get(i).perSecond)
                .toList()));
    System.out.printf(
        "ratio in server processor time a request: %.2f%n",
        median(
            IntStream.range(0, rounds)
                .mapToObj(i -> oursTurns.get(i).cpuMicros / bareTurns.get(i).cpuMicros)
                .toList()));
    return oursTurns.stream().mapToLong(Turn::failed).sum() == 0;
  }

  private Turn turn(Server server, double seconds) throws Exception {
    Duration before = server.cpu();
    Load.Result result = new Load(vertx, requests(), server.port()).run(seconds);
    double cpu = server.cpu().minus(before).toNanos() / 1000.0;
    return new Turn(result.perSecond(), cpu / result.answered(), result.failed());
  }

  private List<Buffer> requests() {
    return IntStream.range(0, ENTRIES)
        .mapToObj(i -> path + i + after)
        .flatMap(to -> bodies.stream().map(body -> request(to, body)))
        .toList();
  }

  private Buffer request(String to, String body) {
    String head = method + " " + to + " HTTP/1.1\r\nhost: localhost\r\n";
    return Buffer.buffer(
        body.isEmpty()
            ? head + "\r\n"
            : head
                + "content-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
                    .formatted(body.length(), body));
  }

  private void requireRight(Server server) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + path + "7" + after);
    String body = bodies.get(0);
    String answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(uri)
                    .header("Content-Type", "application/json")
                    .method(
                        method,
                        body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                    .build(),
                BodyHandlers.ofString())
            .body();
    if (!answer.contains(served)) {
      throw new IllegalStateException(server.name() + " does not serve " + served + ": " + answer);
    }
  }

  private static void print(Server server, List<Turn> turns) {
    List<Double> speeds = turns.stream().map(Turn::perSecond).sorted().toList();
    System.out.printf(
        "%-11s %8.0f requests/s (%.0f to %.0f)   %5.1f us processor a request   %d failed%n",
        server.name(),
        median(speeds),
        speeds.get(0),
        speeds.get(speeds.size() - 1),
        median(turns.stream().map(Turn::cpuMicros).toList()),
        turns.stream().mapToLong(Turn::failed).sum());
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
