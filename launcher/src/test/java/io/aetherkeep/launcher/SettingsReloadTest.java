package io.aetherkeep.launcher;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.launcher.reload.SettingsFile;
import io.aetherkeep.launcher.reload.SettingsFile.Loaded;
import io.aetherkeep.launcher.reload.SettingsReload;
import io.aetherkeep.testing.Futures;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Settings that change while a node runs. */
@ExtendWith(RedisExtension.class)
class SettingsReloadTest {

  private static final String TOPIC = "/api/v1/aethercast/caches/topic/t1";
  private static final String COUNTED = "/api/v1/aethercast/stats/sessions";
  private static final String ORIGIN = "https://app.example";

  @TempDir private Path directory;

  private Path file;
  private RedisServer server;
  private RunningNode node;

  @BeforeEach
  void start(RedisServer redis) throws IOException {
    server = redis;
    file = directory.resolve("aetherkeep.yaml");
    Files.writeString(file, "http: {max-uri-length: 4KiB}\n");
    node = RunningNode.start(file, Map.of("AETHERKEEP_REDIS_URL", redis.url()));
  }

  @AfterEach
  void stop() {
    node.close();
  }

  /** Replaces the file as editors and configuration management do. */
  private void replace(String yaml) throws IOException {
    Path fresh = Files.writeString(directory.resolve("fresh.yaml"), yaml);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private JsonObject state() throws Exception {
    return new JsonObject(node.get("/health/settings").body());
  }

  private String policy() throws Exception {
    return node.get(COUNTED).headers().allValues("RateLimit-Policy").toString();
  }

  @Test
  void ratesOriginsAndLifetimes_changeWithoutARestart_andTheRestWaits() throws Exception {
    String before = state().getString("loadedAt");
    assertEquals("[]", policy());
    replace(
        """
        http: {origins: '%s', max-uri-length: 5KiB}
        access: {address-rate: 1000, address-burst: 5000}
        loading: {hard-timeout: 4s}
        spaces: {aethercast: {ttl: {topic: 100s, session: 200s}}}
        """
            .formatted(ORIGIN));
    await().until(() -> !state().getString("loadedAt").equals(before));
    assertEquals(new JsonArray().add("http.max-uri-length"), state().getJsonArray("waiting"));
    assertTrue(policy().contains("q=5000"), policy());
    assertEquals(
        ORIGIN,
        node.get("/health/live", "Origin", ORIGIN)
            .headers()
            .firstValue("Access-Control-Allow-Origin")
            .orElse(""));
    node.put(TOPIC, "{\"topic_id\": \"t1\"}");
    long left = server.foreign(0).number("PTTL", "cache:topic:t1");
    assertTrue(left > 80_000 && left <= 100_000, () -> "ms left: " + left);
    String opened = node.post("/api/v1/aethercast/sessions", "{}").body();
    assertEquals(200, new JsonObject(opened).getLong("ttlSeconds"));
    replace("http: {max-uri-length: 4KiB}\n");
    await().until(() -> state().getJsonArray("waiting").isEmpty());
    assertEquals("[]", policy());
    String again = node.post("/api/v1/aethercast/sessions", "{}").body();
    assertEquals(1800, new JsonObject(again).getLong("ttlSeconds"));
  }

  @Test
  void aFileThatChangesDuringTheStart_isLoadedAtItsEnd() throws Exception {
    SettingsFile source = new SettingsFile(file, Map.of());
    Loaded started = source.load();
    SettingsReload reload = new SettingsReload(source, started, level -> {});
    replace("access: {address-rate: 7}\n");
    Vertx vertx = Vertx.vertx();
    try {
      Futures.await(reload.follow(vertx));
      await().until(() -> reload.applied() == 1);
      assertEquals(7, started.settings().http().access().addressRate().perSecond());
    } finally {
      Futures.await(vertx.close());
    }
  }

  @Test
  void aFileWithProblems_changesNothing_andAllItsProblemsAreShown() throws Exception {
    String before = state().getString("loadedAt");
    replace(
        "access: {address-rate: many, address-burst: 0}\nhttp: {origins: 'https://a.example'}\n");
    await().until(() -> state().getJsonArray("problems").size() == 2);
    assertEquals(before, state().getString("loadedAt"));
    assertEquals("[]", policy());
    assertTrue(
        node.get("/metrics")
            .body()
            .contains("aetherkeep_settings_reloads_total{result=\"refused\"} 1"));
    Files.delete(file);
    await().until(() -> state().getJsonArray("problems").toString().contains("no such file"));
    replace("access: {address-rate: 7}\n");
    await().until(() -> policy().contains("q=200"));
    assertEquals(new JsonArray(), state().getJsonArray("problems"));
  }

  @Test
  void aLinkThatIsSwapped_asKubernetesDoes_isNoticed() throws Exception {
    Path mounted = Files.createDirectory(directory.resolve("mounted"));
    Path first = Files.createDirectory(mounted.resolve("..1"));
    Files.writeString(first.resolve("aetherkeep.yaml"), "http: {max-uri-length: 4KiB}\n");
    Files.createSymbolicLink(mounted.resolve("..data"), Path.of("..1"));
    Path link = mounted.resolve("aetherkeep.yaml");
    Files.createSymbolicLink(link, Path.of("..data", "aetherkeep.yaml"));
    node.close();
    node = RunningNode.start(link, Map.of("AETHERKEEP_REDIS_URL", server.url()));
    Path second = Files.createDirectory(mounted.resolve("..2"));
    Files.writeString(second.resolve("aetherkeep.yaml"), "access: {address-rate: 9}\n");
    Path swapped = Files.createSymbolicLink(mounted.resolve("..tmp"), Path.of("..2"));
    Files.move(swapped, mounted.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    await().until(() -> policy().contains("q=200"));
  }
}
