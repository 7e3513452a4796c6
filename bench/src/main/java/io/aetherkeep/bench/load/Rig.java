package io.aetherkeep.bench.load;

import io.aetherkeep.bench.report.BenchRun;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Servers of the comparisons over HTTP, on one Redis; each starts when it is first needed. */
public final class Rig implements AutoCloseable {

  /** Number of different entries, sessions and bodies of a load. */
  public static final int ENTRIES = 1000;

  private final EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());
  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setPreferNativeTransport(true));
  private final Map<String, Server> servers = new HashMap<>();
  private final RedisConnection filler;

  private Rig() {
    filler =
        get(
            Redis.createClient(
                    vertx,
                    new RedisOptions()
                        .setConnectionString(redis.url() + "/0")
                        .setMaxWaitingHandlers(100_000))
                .connect());
  }

  public static Rig of(BenchRun run) {
    return run.shared(Rig.class, Rig::new);
  }

  public Vertx vertx() {
    return vertx;
  }

  public EmbeddedRedis redis() {
    return redis;
  }

  /** Returns the node with the default settings. */
  public Server node() throws Exception {
    return node("plain", Map.of());
  }

  /** Returns the node without a near cache, so that each read asks Redis. */
  public Server withoutNearCache() throws Exception {
    return node("without near cache", Map.of("AETHERKEEP_NEAR_SIZE", "0"));
  }

  public Server node(String name, Map<String, String> settings) throws Exception {
    Server there = servers.get(name);
    if (there != null) {
      return there;
    }
    Map<String, String> all = new HashMap<>(settings);
    all.put("AETHERKEEP_REDIS_URL", redis.url());
    all.put("AETHERKEEP_SPACES_COUNCIL_MAX_VALUE_SIZE", "64MiB");
    // Requests may wait for long on a busy machine; none may be refused.
    all.put("AETHERKEEP_HTTP_REQUEST_DEADLINE", "20s");
    all.put("AETHERKEEP_HTTP_LONGEST_QUEUE", "1h");
    all.put("AETHERKEEP_REDIS_TIMEOUT", "10s");
    Server started = Server.aetherkeep(all);
    servers.put(name, started);
    return started;
  }

  /** Returns a baseline on the same Redis. */
  public Server bare(String... words) throws IOException {
    return bare(Map.of(), words);
  }

  public Server bare(Map<String, String> environment, String... words) throws IOException {
    String name = String.join(" ", words);
    Server there = servers.get(name);
    if (there != null) {
      return there;
    }
    Map<String, String> all = new HashMap<>(environment);
    all.put("REDIS_URL", redis.url() + "/0");
    Server started = Server.baseline("bare handler", all, words);
    servers.put(name, started);
    return started;
  }

  /** Ends a server that no later comparison needs. */
  public void end(Server server) {
    servers.values().remove(server);
    server.close();
  }

  public long redisNanos() {
    return Server.cpu(redis.pid()).toNanos();
  }

  /** Creates a certificate in a folder that is deleted when this process ends. */
  public static TlsFiles tls() throws Exception {
    Path folder = Files.createTempDirectory("aetherkeep-bench-");
    TlsFiles files = TlsFiles.create(folder);
    // Files are deleted in reverse order.
    List.of(folder, files.certificate(), files.key(), folder.resolve("store.p12"))
        .forEach(file -> file.toFile().deleteOnExit());
    return files;
  }

  /** Stores a value under each of the numbered keys. */
  public void fill(String key, int count, String value) {
    fill(key, 0, count, value);
  }

  /** Stores a value under each of the keys with these numbers. */
  public void fill(String key, int from, int to, String value) {
    send(
        to - from,
        i ->
            Request.cmd(Command.SETEX)
                .arg(key + (from + i))
                .arg(3600)
                .arg(value.replace("#", "" + (from + i))));
  }

  /** Stores a hash under each of the numbered keys. */
  public void fillHashes(String key, int count, Map<String, String> fields) {
    send(
        count,
        i -> {
          Request hset = Request.cmd(Command.HSET).arg(key + i);
          fields.forEach((field, value) -> hset.arg(field).arg(value));
          return hset;
        });
  }

  /** Returns what Redis stores under a key. */
  public String stored(String key) {
    return String.valueOf(get(filler.send(Request.cmd(Command.GET).arg(key))));
  }

  /** Sends many commands in batches. */
  public void send(int count, IntFunction<Request> command) {
    List<Request> some = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      some.add(command.apply(i));
      if (some.size() == 500 || i == count - 1) {
        get(filler.batch(some));
        some.clear();
      }
    }
  }

  /** Returns as many requests as there are entries. */
  public static List<Buffer> each(IntFunction<Buffer> request) {
    return IntStream.range(0, ENTRIES).mapToObj(request).toList();
  }

  public static List<Buffer> gets(String path) {
    return each(i -> RawRequest.get(path + i));
  }

  public static <T> T get(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns a figure of Redis's INFO, such as {@code used_memory}. */
  public static long info(EmbeddedRedis redis, String section, String field) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", redis.port())) {
      socket
          .getOutputStream()
          .write(("INFO " + section + "\r\nQUIT\r\n").getBytes(StandardCharsets.US_ASCII));
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return all.lines()
          .filter(line -> line.startsWith(field + ":"))
          .mapToLong(line -> Long.parseLong(line.substring(field.length() + 1).strip()))
          .findFirst()
          .orElseThrow();
    }
  }

  @Override
  public void close() {
    servers.values().forEach(Server::close);
    get(vertx.close());
    redis.close();
  }
}
