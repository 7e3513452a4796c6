package io.aetherkeep.status;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.aetherkeep.catalogue.CancelAsks.CancelStatus;
import io.aetherkeep.catalogue.CancelAsks.StatusCancel;
import io.aetherkeep.catalogue.StatusAsks.StatusChanged;
import io.aetherkeep.status.settings.StatusSettings.Results;
import io.aetherkeep.testing.RedisServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests with Debian's Celery worker, where it is installed. */
class RealCeleryTest extends StatusDeployment {

  private static final String PYTHON = "/usr/bin/python3";

  /**
   * A task that waits between its steps for a message. It is tried again after a pause, in which
   * the state between the attempts is read: only the latest state of a task is stored.
   */
  private static final String TASKS =
      """
      import os
      import redis
      from celery import Celery

      app = Celery('tasks', broker=os.environ['BROKER'], backend=os.environ['BACKEND'])
      app.conf.task_track_started = True
      steps = redis.Redis.from_url(os.environ['BROKER'])

      @app.task(bind=True)
      def crawl(self, how):
          steps.blpop('go', 20)
          self.update_state(state='PROGRESS', meta={'current': 3, 'total': 4})
          steps.blpop('go', 20)
          if how == 'retry' and self.request.retries == 0:
              raise self.retry(exc=ValueError('not yet'), countdown=3)
          if how == 'fail':
              raise ValueError('no such page')
          return {'pages': 4}
      """;

  private final BlockingQueue<StatusChanged> changes = new LinkedBlockingQueue<>();

  @TempDir private Path directory;

  @Override
  protected Map<String, Results> celery() {
    return Map.of(SPACE, Results.CRAWL);
  }

  /** Uses another database of the same Redis as the workers' broker. */
  @Override
  protected Map<String, String> celeryControls() {
    return Map.of(SPACE, "/9.celery.pidbox");
  }

  @BeforeEach
  void listen() throws Exception {
    assumeTrue(
        Files.exists(Path.of(PYTHON))
            && new ProcessBuilder(PYTHON, "-c", "import celery, redis").start().waitFor() == 0,
        "there is no Celery here");
    await(bus.subscribe(StatusChanged.class, changes::add));
    Files.writeString(directory.resolve("tasks.py"), TASKS);
    Awaitility.await().until(() -> foreign.number("PUBSUB", "NUMPAT") == 1);
  }

  private Process python(RedisServer redis, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(PYTHON));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().put("BROKER", redis.url() + "/9");
    builder.environment().put("BACKEND", redis.url() + "/0");
    return builder
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("log").toFile())
        .start();
  }

  private void goOn(RedisServer redis) {
    try (var broker = redis.foreign(9)) {
      broker.send("RPUSH", "go", "on");
    }
  }

  private String change() throws Exception {
    StatusChanged change = changes.poll(60, TimeUnit.SECONDS);
    return change == null
        ? Files.readString(directory.resolve("log"))
        : change.id() + " " + change.attempt() + " " + change.document();
  }

  private void send(RedisServer redis, String how) throws Exception {
    String call = "import tasks; tasks.crawl.apply_async(('" + how + "',), task_id='" + how + "')";
    assertEquals(0, python(redis, "-c", call).waitFor());
  }

  private void assertSteps(RedisServer redis, String how, int attempt) throws Exception {
    String started = change();
    assertTrue(started.startsWith(how + " " + attempt + " {\"status\":\"running\","), started);
    goOn(redis);
    assertEquals(
        how + " " + attempt + " {\"status\":\"running\",\"progress\":75,\"current\":3,\"total\":4}",
        change());
    goOn(redis);
  }

  private Process worker(RedisServer redis, String pool) throws Exception {
    return python(
        redis,
        "-m",
        "celery",
        "-A",
        "tasks",
        "worker",
        "-c",
        "1",
        "-P",
        pool,
        "--without-gossip",
        "--without-mingle");
  }

  private StatusCancel cancel(String id, boolean terminate) throws Exception {
    return ask(new CancelStatus(SPACE, "crawl", id, "enough", null, terminate));
  }

  private String end(String id) throws Exception {
    Awaitility.await().atMost(60, TimeUnit.SECONDS).until(() -> read("crawl", id).terminal());
    return read("crawl", id).document().toString();
  }

  /** The solo pool handles commands between tasks, the prefork pool at any time. */
  @Test
  void tasks_areRevoked(RedisServer redis) throws Exception {
    Process worker = worker(redis, "prefork");
    try {
      Awaitility.await()
          .atMost(60, TimeUnit.SECONDS)
          .until(() -> foreign.number("PUBSUB", "NUMPAT") == 2);
      send(redis, "running");
      String started = change();
      assertTrue(started.startsWith("running 1 {\"status\":\"running\","), started);
      send(redis, "waiting");
      StatusCancel waiting = cancel("waiting", false);
      assertEquals(1, waiting.workers());
      assertTrue(waiting.changed());
      StatusCancel running = cancel("running", true);
      assertEquals("enough", running.cancelRequested().reason());
      assertEquals("{\"status\":\"cancelled\",\"error\":\"terminated\"}", end("running"));
      assertEquals("{\"status\":\"cancelled\",\"error\":\"revoked\"}", end("waiting"));
    } finally {
      worker.destroy();
      worker.waitFor();
    }
  }

  @Test
  void tasks_areFollowed(RedisServer redis) throws Exception {
    Process worker = worker(redis, "solo");
    try {
      send(redis, "good");
      assertSteps(redis, "good", 1);
      assertEquals(
          "good 1 {\"status\":\"completed\",\"progress\":100,\"result\":{\"pages\": 4}}", change());
      send(redis, "fail");
      assertSteps(redis, "fail", 1);
      assertEquals("fail 1 {\"status\":\"failed\",\"error\":\"no such page\"}", change());
      send(redis, "retry");
      assertSteps(redis, "retry", 1);
      assertEquals("retry 2 {\"status\":\"retrying\",\"error\":\"not yet\"}", change());
      assertSteps(redis, "retry", 2);
      assertTrue(change().startsWith("retry 2 {\"status\":\"completed\","));
    } finally {
      worker.destroy();
      worker.waitFor();
    }
  }
}
