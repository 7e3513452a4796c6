package io.aetherkeep.launcher;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.SessionListAsks.ReadSessionStats;
import io.aetherkeep.launcher.settings.SettingsException;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Co-deployed verticles in a node's process, and in another process of its cluster. */
@ExtendWith(RedisExtension.class)
class BesideSystemTest {

  private static final String TOPIC = "/api/v1/aethercast/caches/topic/t1";
  private static final String METRICS = "/api/v1/content/caches/metrics/api/2026-01-31";

  /** System of record, and a caller that asks with records. */
  public static final class Origins extends VerticleBase {

    @Override
    public Future<?> start() {
      Future<Void> answers =
          vertx
              .eventBus()
              .<JsonObject>consumer(
                  "aetherkeep.origin.metrics", ask -> ask.reply(answer(ask.body())))
              .completion();
      // A caller with the jar asks with records; nothing is stored yet.
      return answers.compose(listening -> Bus.of(vertx).ask(new ReadSessionStats("content")));
    }

    private static JsonObject answer(JsonObject ask) {
      return new JsonObject().put("value", new JsonObject().put("of", ask.getJsonArray("ids")));
    }
  }

  /** Verticle that fails to start. */
  public static final class Broken extends VerticleBase {

    @Override
    public Future<?> start() {
      return Future.failedFuture("the port is taken");
    }
  }

  /** Verticle that notes its stop. */
  public static final class Stopping extends VerticleBase {

    private static final AtomicBoolean STOPPED = new AtomicBoolean();

    @Override
    public Future<?> stop() {
      STOPPED.set(true);
      return Future.succeededFuture();
    }
  }

  /** Verticle that fails to stop. */
  public static final class Unstoppable extends VerticleBase {

    @Override
    public Future<?> stop() {
      return Future.failedFuture("its queue is not empty");
    }
  }

  private static Map<String, String> with(RedisServer server, String... more) {
    Map<String, String> environment = new HashMap<>();
    environment.put("AETHERKEEP_REDIS_URL", server.url());
    for (int i = 0; i < more.length; i += 2) {
      environment.put(more[i], more[i + 1]);
    }
    return environment;
  }

  @Test
  void aVerticleBeside_answersForACache(@TempDir Path folder, RedisServer server) throws Exception {
    Path file = folder.resolve("aetherkeep.yaml");
    Files.writeString(file, "spaces: { content: { origins: { metrics: bus } } }");
    Map<String, String> environment =
        with(server, "AETHERKEEP_BESIDE_VERTICLES", Origins.class.getName());
    try (RunningNode node = RunningNode.start(file, environment)) {
      HttpResponse<String> answer = node.get(METRICS);
      assertEquals("{\"of\":[\"api\",\"2026-01-31\"]}", answer.body());
      HttpResponse<String> again = node.get(METRICS);
      assertTrue(again.headers().firstValue("Cache-Status").orElse("").contains("hit"));
    }
  }

  @Test
  void aVerticleThatDoesNotStart_isNamed(RedisServer server) {
    Map<String, String> environment =
        with(
            server,
            "AETHERKEEP_BESIDE_VERTICLES",
            Origins.class.getName() + ", " + Broken.class.getName());
    StartException thrown =
        assertThrows(StartException.class, () -> RunningNode.start(environment).close());
    assertTrue(thrown.getMessage().contains(Broken.class.getName()), thrown.getMessage());
  }

  @Test
  void aVerticleThatDoesNotStop_leavesNothingElseRunning(RedisServer server) {
    RunningNode node =
        RunningNode.start(
            with(
                server,
                "AETHERKEEP_BESIDE_VERTICLES",
                Stopping.class.getName() + ", " + Unstoppable.class.getName()));
    node.close();
    assertTrue(Stopping.STOPPED.get());
  }

  @Test
  void classesThatAreNone_areAProblem(RedisServer server) {
    SettingsException thrown =
        assertThrows(
            SettingsException.class,
            () -> RunningNode.start(with(server, "AETHERKEEP_BESIDE_VERTICLES", "a b")).close());
    assertTrue(thrown.getMessage().contains("beside.verticles"), thrown.getMessage());
  }

  @Test
  void aStranger_asksAndHearsTheClusterWithoutAJarOfOurs(RedisServer server) throws Exception {
    System.setProperty("aetherkeep.test.cluster", "test-" + UUID.randomUUID());
    Map<String, String> environment = with(server, "AETHERKEEP_BESIDE_CLUSTER", "true");
    List<JsonObject> heard = new CopyOnWriteArrayList<>();
    try (RunningNode node = RunningNode.start(environment);
        RunningNode other = RunningNode.start(environment)) {
      VertxOptions loopback =
          new VertxOptions().setEventBusOptions(new EventBusOptions().setHost("127.0.0.1"));
      Vertx stranger = await(Vertx.builder().with(loopback).buildClustered());
      await(
          stranger
              .eventBus()
              .<JsonObject>consumer(
                  "aetherkeep.event.session-opened", event -> heard.add(event.body()))
              .completion());
      assertEquals(201, node.put(TOPIC, "{\"topic_id\": \"t1\"}").statusCode());
      JsonObject ask =
          new JsonObject()
              .put("space", "aethercast")
              .put("keyspace", "topic")
              .put("ids", List.of("t1"));
      JsonObject entry =
          await(stranger.eventBus().<JsonObject>request("aetherkeep.read-entry", ask)).body();
      assertEquals("t1", entry.getJsonObject("value").getString("topic_id"));
      String session = "/api/v1/aethercast/sessions";
      assertEquals(201, other.post(session, "{\"id\": \"s1\"}").statusCode());
      await().atMost(30, TimeUnit.SECONDS).until(() -> heard.size() == 1);
      assertEquals("s1", heard.get(0).getString("id"));
      await(stranger.close());
    }
  }

  @Test
  void nodesOfOneRedis_learnOfEachOther(RedisServer server) throws Exception {
    try (RunningNode node = RunningNode.start(with(server));
        RunningNode other = RunningNode.start(with(server))) {
      String sessions = "/api/v1/aethercast/sessions";
      assertEquals(201, node.post(sessions, "{\"id\": \"s1\"}").statusCode());
      await()
          .atMost(30, TimeUnit.SECONDS)
          .untilAsserted(
              () -> {
                String relayed =
                    other
                        .get("/metrics")
                        .body()
                        .lines()
                        .filter(line -> line.startsWith("aetherkeep_events_relayed_total"))
                        .collect(Collectors.joining("\n"));
                assertTrue(relayed.matches("(?s).*result=\"heard\"} [1-9].*"), relayed);
              });
    }
  }
}
