package io.aetherkeep.launcher;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.embedded.EmbeddedCluster;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisTime;
import io.aetherkeep.redis.store.RedisDueList;
import io.aetherkeep.redis.store.RedisIndexParts;
import io.aetherkeep.redis.target.RedisAddress;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.aetherkeep.testing.RedisClusterExtension;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests migrations of keys from one Redis to another or to a cluster, checked by another client.
 */
@ExtendWith(RedisClusterExtension.class)
class MigrateCommandTest {

  private static final int SESSIONS = 2_000;

  @TempDir Path directory;
  private EmbeddedRedis server;
  private ForeignClient source;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void start() {
    server = EmbeddedRedis.start(EmbeddedRedis.options());
    source = new ForeignClient(server.port());
  }

  @AfterEach
  void stop() {
    source.close();
    server.kill();
  }

  private int migrate(String to, String... more) {
    return run(words(server.url(), to, more));
  }

  private int run(List<String> words) {
    return Main.run(
        words,
        Map.of(),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        (settings, demo) -> {});
  }

  private List<String> words(String from, String to, String... more) {
    List<String> words = new ArrayList<>(List.of("migrate", "--from", from, "--to", to, "--state"));
    words.add(directory.resolve("state").toString());
    words.addAll(List.of(more));
    return words;
  }

  private String said() {
    return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
  }

  private static ForeignClient client(EmbeddedCluster cluster) {
    return ForeignClient.ofCluster(
        IntStream.range(0, cluster.size()).mapToObj(cluster::port).toList());
  }

  /** Keys of every Redis type, and keys that a migration renames. */
  private void fill() {
    for (int i = 0; i < SESSIONS; i++) {
      source.send("SET", "session:s" + i, "{\"user_id\": \"u" + i + "\"}", "EX", "1800");
      source.send("HSET", "facts:{session:s" + i + "}", "createdAt", "17", "number", i);
    }
    source.send("SET", "config:council", "{\"models\": [1.0, 2]}");
    source.send("SET", "cache:topic:a{b}c", "{}");
    source.send("SET", new byte[] {'k', (byte) 0xff, 0, '\r', '\n'}, new byte[] {(byte) 0xfe, 0});
    source.send("RPUSH", "versions:{config:council}", "a", "b", "c", "a");
    source.send("SADD", "foreign:set", "x", "y", "z");
    source.send("ZADD", "index:sessions", "0.1", "s1", "inf", "s2", "1764428400000.5", "s3");
    source.send("XADD", "feed:status:crawl:c1", "1-1", "status", "running");
    source.send("XADD", "feed:status:crawl:c1", "2-1", "status", "completed");
    source.send("XGROUP", "CREATE", "feed:status:crawl:c1", "workers", "1-1");
    source.send("XADD", "empty:stream", "5-1", "a", "b");
    source.send("XDEL", "empty:stream", "5-1");
    source.send("HSET", "window:provider:openai", "17:n", "3");
    source.send("PEXPIRE", "window:provider:openai", "900000");
    source.send("SET", "canary:node", "1", "EX", "100");
    String large = "x".repeat(40_000);
    for (int i = 0; i < 60; i++) {
      source.send("HSET", "large:hash", "f" + i, large);
      source.send("RPUSH", "large:list", large + i);
      source.send("ZADD", "large:zset", "0." + i, large + i);
      source.send("SADD", "large:set", large + i);
      source.send("APPEND", "large:text", large);
    }
  }

  @Test
  void toACluster_allKeysAreThere_alsoIfItIsKilledInBetween(EmbeddedCluster cluster)
      throws Exception {
    fill();
    source.send("HSET", "session:c1", "userId", "u1", "history", "[]", "lastActivityAt", "t");
    source.send("RPUSH", "session:c1:history", "{\"role\": \"user\"}", "{\"role\": \"bot\"}");
    try (ForeignClient target = client(cluster)) {
      String to = "redis://" + String.join(",redis://", cluster.addresses());
      Process killed = process(words(server.url(), to, "--rate", "500"));
      Awaitility.await().until(() -> target.number("DBSIZE") > 1_000);
      killed.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
      assertTrue(target.number("DBSIZE") < SESSIONS * 2, "it was killed before its end");
      source.send("DEL", "session:s0", "facts:{session:s0}", "session:s1");
      source.send("SET", "session:s2", "{\"user_id\": \"another\"}", "KEEPTTL");
      source.send("PEXPIRE", "session:s3", "90000000");

      assertEquals(0, migrate(to), this::said);

      assertTrue(said().contains("Resuming from the position stored in"), this::said);
      assertTrue(said().contains("Source and target are equal"), this::said);
      assertEquals("3", target.text("HGET", "window:{provider:health:openai}", "17:n"));
      assertTrue(target.number("PTTL", "window:{provider:health:openai}") > 800_000);
      source.send("DEL", "canary:node");
      source.send("RENAME", "window:provider:openai", "window:{provider:health:openai}");
      assertAlike(source, target, "");
    }
  }

  private Process process(List<String> words) throws Exception {
    return new ProcessBuilder(JavaCommand.program(words.toArray(String[]::new)))
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("killed").toFile())
        .start();
  }

  @Test
  void byType_toAServerUnderAPrefix_allKeysAreThere() {
    fill();
    EmbeddedRedis other = EmbeddedRedis.start(EmbeddedRedis.options());
    try (ForeignClient target = new ForeignClient(other.port())) {
      assertEquals(0, migrate(other.url(), "--by-type", "--to-prefix", "p:"), this::said);
      source.send("DEL", "canary:node");
      assertEquals("0", target.text("HGET", "p:facts:{p:session:s0}", "number"));
      for (int i = 0; i < SESSIONS; i++) {
        source.send("RENAME", "facts:{session:s" + i + "}", "facts:{p:session:s" + i + "}");
      }
      source.send("RENAME", "versions:{config:council}", "versions:{p:config:council}");
      assertAlike(source, target, "p:");
    } finally {
      other.kill();
    }
  }

  @Test
  void fromACluster_partsOfIndexesAreOneKeyOfAServer(EmbeddedCluster cluster) throws Exception {
    String part = RedisIndexParts.onCluster("a:index:underway:crawl").get(3);
    String from = "redis://" + cluster.addresses().get(0);
    List<String> words =
        words(from, server.url(), "--from-prefix", "a:", "--to-prefix", "b:", "--overwrite");
    source.send("ZADD", "b:index:sessions", "1", "of-the-target");
    try (NodeOfCluster node = new NodeOfCluster(cluster);
        ForeignClient foreign = client(cluster)) {
      await(node.due("a:").in(sessions()));
      foreign.send("ZADD", part, "1.5", "c1");
      foreign.send("ZADD", "a:index:sessions", "7", "not-moved-yet");

      assertEquals(0, run(words), this::said);

      assertEquals(Set.of("b:index:sessions", "b:index:underway:crawl"), source.keysBut("none"));
      assertEquals(SESSIONS + 1, source.number("ZCARD", "b:index:sessions"));
      assertEquals("7", source.text("ZSCORE", "b:index:sessions", "not-moved-yet"));
      assertEquals("1.5", source.text("ZSCORE", "b:index:underway:crawl", "c1"));
      await(node.due("a:").in(Map.of("s1", 17L, "new", 18L)));
      await(node.parts("a:").remove("s2"));
      foreign.send("DEL", part);
      out.reset();

      assertEquals(0, run(words), this::said);

      assertTrue(said().contains("copied 1 that differed, removed 1"), this::said);
      assertEquals(Set.of("b:index:sessions"), source.keysBut("none"));
      assertEquals(SESSIONS + 1, source.number("ZCARD", "b:index:sessions"));
      for (String member : List.of("s1", "new", "s0")) {
        assertEquals(
            foreign.text("ZSCORE", node.parts("a:").of(member), member),
            source.text("ZSCORE", "b:index:sessions", member));
      }
    }
  }

  @Test
  void underAnotherPrefixOfACluster_partsOfIndexesAreFoundByNodes(EmbeddedCluster cluster)
      throws Exception {
    try (NodeOfCluster node = new NodeOfCluster(cluster);
        ForeignClient foreign = client(cluster)) {
      await(node.due("a:").in(sessions()));
      String url = "redis://" + cluster.addresses().get(0);
      List<String> words = words(url, url, "--from-prefix", "a:", "--to-prefix", "b:");
      assertEquals(0, run(words), this::said);
      assertEquals(SESSIONS, await(node.due("b:").later()));
      for (String member : sessions().keySet()) {
        String part = node.parts("b:").of(member);
        assertTrue(foreign.text("ZSCORE", part, member).matches("[0-9]+"), member);
      }
    }
  }

  private static Map<String, Long> sessions() {
    Map<String, Long> millis = new TreeMap<>();
    IntStream.range(0, SESSIONS).forEach(i -> millis.put("s" + i, 600_000L));
    return millis;
  }

  /** What a node does with the sessions' index of a space on a cluster. */
  private static final class NodeOfCluster implements AutoCloseable {
    private static final Space SPACE = new Space("s", "", Dialect.ANY, 1 << 20, Map.of());
    private final Vertx vertx = Vertx.vertx();
    private final RedisLine line;

    NodeOfCluster(EmbeddedCluster cluster) throws Exception {
      RedisTarget target =
          PatientTarget.of("redis://cluster", 0)
              .in(List.of(new RedisAddress("127.0.0.1", cluster.port(0))));
      line = await(RedisAccess.open(vertx, 1, Map.of(SPACE, target))).line(SPACE);
    }

    RedisIndexParts parts(String prefix) {
      return RedisIndexParts.of(line, prefix + "index:sessions");
    }

    RedisDueList due(String prefix) {
      return new RedisDueList(line, parts(prefix), RedisTime.SERVER);
    }

    @Override
    public void close() throws Exception {
      await(vertx.close());
    }
  }

  @Test
  void run_again_copiesWhatChangedSince_andNothingElse(EmbeddedCluster cluster) {
    fill();
    String to = "redis://" + cluster.addresses().get(0);
    assertEquals(0, migrate(to), this::said);
    source.send("HSET", "large:hash", "f1", "changed");
    source.send("SADD", "large:set", "more");
    source.send("DEL", "large:list");
    source.send("ZADD", "index:sessions", "2", "s1");
    out.reset();
    assertEquals(0, migrate(to), this::said);
    assertTrue(
        said().contains("copied 3 that differed, removed 1 that no longer exist"), this::said);
    assertTrue(said().contains("copied 0 that differed, removed 0"), this::said);
    try (ForeignClient target = client(cluster)) {
      target.send("SET", "of:others", "1");
      source.send("DEL", "canary:node", "window:provider:openai");
      target.send("DEL", "window:{provider:health:openai}");
      assertEquals(0, migrate(to), this::said);
      assertEquals("1", target.text("GET", "of:others"));
      target.send("DEL", "of:others");
      assertAlike(source, target, "");
    }
  }

  @Test
  void dryRun_countsAndWritesNothing(EmbeddedCluster cluster) {
    fill();
    try (ForeignClient target = client(cluster)) {
      assertEquals(0, migrate("redis://" + cluster.addresses().get(1), "--dry-run"), this::said);
      assertTrue(said().matches("(?s).*session: +2,000 .*window:provider: +1 .*"), this::said);
      assertEquals(0, target.number("DBSIZE"));
    }
  }

  @Test
  void aTargetWithKeys_isRefused_unlessTheyMayBeOverwritten(EmbeddedCluster cluster) {
    source.send("SET", "a", "1");
    String to = "redis://" + cluster.addresses().get(0);
    try (ForeignClient target = client(cluster)) {
      target.send("SET", "a", "2");
      target.send("SET", "canary:node", "1");
      assertEquals(1, migrate(to), this::said);
      assertTrue(said().contains("the target already has keys"), this::said);
      assertEquals("2", target.text("GET", "a"));
      assertEquals(0, migrate(to, "--overwrite"), this::said);
      assertEquals("1", target.text("GET", "a"));
    }
  }

  @Test
  void toTheSameCluster_copiesThatTheSourceHolds_areRefused(EmbeddedCluster cluster) {
    String from = "redis://" + cluster.addresses().get(0);
    String to = "redis://" + cluster.addresses().get(1);
    int status =
        Main.run(
            List.of("migrate", "--from", from, "--to", to, "--to-prefix", "app:", "--dry-run"),
            Map.of(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            (settings, demo) -> {});
    assertEquals(1, status, this::said);
    assertTrue(said().contains("--to is the same as --from"), this::said);
  }

  @Test
  void toTheSameServer_copiesThatTheSourceHolds_areRefused() {
    source.send("SET", "a", "1");
    String alias = server.url().replace("127.0.0.1", "localhost");
    assertEquals(1, migrate(alias, "--to-prefix", "app:"), this::said);
    assertTrue(said().contains("--to is the same as --from"), this::said);
    assertEquals(1, source.number("DBSIZE"));
    assertEquals(0, migrate(alias, "--from-prefix", "b:", "--to-prefix", "c:"), this::said);
  }

  @Test
  void aPageThatIsRepeated_isCountedOnce() {
    source.send("XADD", "feed:status:crawl:c1", "1-1", "status", "running");
    EmbeddedRedis other = EmbeddedRedis.start(EmbeddedRedis.options());
    try (ForeignClient target = new ForeignClient(other.port())) {
      target.send("CONFIG", "SET", "maxmemory", "1");
      CompletableFuture<Integer> status =
          CompletableFuture.supplyAsync(() -> migrate(other.url(), "--by-type"));
      Awaitility.await().until(() -> said().contains("Waiting: "));
      target.send("CONFIG", "SET", "maxmemory", "0");
      assertEquals(0, status.join(), this::said);
      assertTrue(said().contains("Copied 1 keys"), this::said);
    } finally {
      other.kill();
    }
  }

  @Test
  void aRefusedRemoval_isReported() {
    source.send("SET", "a", "1");
    EmbeddedRedis other = EmbeddedRedis.start(EmbeddedRedis.options());
    try (ForeignClient target = new ForeignClient(other.port())) {
      assertEquals(0, migrate(other.url()), this::said);
      source.send("DEL", "a");
      target.send("ACL", "SETUSER", "mover", "on", ">secret", "~*", "+@all", "-unlink");
      String to = other.url().replace("redis://", "redis://mover:secret@");
      assertEquals(3, migrate(to), this::said);
      assertTrue(said().contains("Failed: a: NOPERM"), this::said);
    } finally {
      other.kill();
    }
  }

  @Test
  void aSourceThatIsAway_isNamedWithoutItsPassword() {
    String from = "redis://u:secret@127.0.0.1:1/0";
    int status =
        Main.run(
            List.of("migrate", "--from", from, "--to", server.url()),
            Map.of(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            (settings, demo) -> {});
    assertEquals(1, status);
    assertTrue(said().contains("--from redis://127.0.0.1:1/0: "), this::said);
    assertTrue(!said().contains("secret"), this::said);
  }

  /** Whether another client finds the same values, types and lifetimes under the same names. */
  private static void assertAlike(ForeignClient source, ForeignClient target, String prefix) {
    Set<String> names = new TreeSet<>();
    source.keysBut("none").forEach(name -> names.add(prefix + name));
    assertEquals(names, target.keysBut("none"));
    for (String name : source.keysBut("none")) {
      if (name.startsWith("k")) {
        continue; // Not a text, so only its name is checked.
      }
      String copy = prefix + name;
      String type = source.text("TYPE", name);
      assertEquals(type, target.text("TYPE", copy), name);
      assertEquals(value(source, type, name), value(target, type, copy), name);
      long left = source.number("PTTL", name) - target.number("PTTL", copy);
      assertTrue(Math.abs(left) < 5_000, () -> name + " lives for another " + left + " ms");
    }
  }

  private static Object value(ForeignClient client, String type, String key) {
    return switch (type) {
      case "string" -> client.text("GET", key);
      case "list" -> client.text("LRANGE", key, "0", "-1");
      case "set" -> new TreeSet<>(texts(client.send("SMEMBERS", key)));
      case "hash" -> pairs(texts(client.send("HGETALL", key)));
      case "zset" -> client.text("ZRANGE", key, "0", "-1", "WITHSCORES");
      default ->
          client.text("XRANGE", key, "-", "+")
              + client.text("XINFO", "GROUPS", key)
              + texts(client.send("XINFO", "STREAM", key)).subList(0, 2)
              + client.text("XLEN", key);
    };
  }

  private static List<String> texts(Object reply) {
    return ((List<?>) reply).stream().map(String::valueOf).toList();
  }

  private static Map<String, String> pairs(List<String> texts) {
    Map<String, String> pairs = new TreeMap<>();
    for (int i = 0; i < texts.size(); i += 2) {
      pairs.put(texts.get(i), texts.get(i + 1));
    }
    return pairs;
  }
}
