package io.aetherkeep.status;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.catalogue.StatusAsks.FollowStatus;
import io.aetherkeep.catalogue.StatusAsks.Followed;
import io.aetherkeep.catalogue.StatusAsks.PutStatus;
import io.aetherkeep.catalogue.StatusAsks.ReadStatus;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.catalogue.StatusAsks.StatusWritten;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.status.settings.EndWords;
import io.aetherkeep.status.settings.StatusSettings;
import io.aetherkeep.testing.AdjustableClock;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** Deployment for tests: two status verticles, two spaces, one real Redis. */
@ExtendWith(RedisExtension.class)
abstract class StatusDeployment {

  /** A prefix of all special characters of Redis's patterns. */
  protected static final String PREFIX = "p[a-z]*?^\\:";

  protected static final String SPACE = "aethercast";

  protected final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
  protected final AdjustableClock clock = new AdjustableClock();
  protected Bus bus;

  /** Client on the database of the space aethercast. */
  protected ForeignClient foreign;

  @BeforeEach
  void deploy(RedisServer server) throws Exception {
    foreign = server.foreign(0);
    bus = Bus.on(vertx, Protocol.TYPES, Duration.ofSeconds(20));
    deploy(vertx, bus, server);
  }

  protected void deploy(Vertx node, Bus on, RedisServer server) throws Exception {
    Map<Space, RedisTarget> targets = new LinkedHashMap<>();
    targets.put(space(SPACE, ""), PatientTarget.of(server.url(), 0));
    targets.put(space("prefixed", PREFIX), PatientTarget.of(server.url(), 3));
    RedisAccess access = await(RedisAccess.open(node, 2, targets));
    await(
        node.deployVerticle(
            StatusVerticle.instances(on, access, settings(), clock),
            new DeploymentOptions().setInstances(2)));
  }

  protected static final int MAX_MEMBERS = 1000;

  protected StatusSettings settings() {
    return new StatusSettings(
        Duration.ofHours(24),
        Duration.ofMinutes(1),
        Duration.ofMillis(20),
        celery(),
        celeryControls(),
        ends());
  }

  protected Map<String, String> celeryControls() {
    return Map.of();
  }

  protected Map<String, EndWords> ends() {
    return Map.of();
  }

  protected Map<String, StatusSettings.Results> celery() {
    return Map.of();
  }

  /** Stores and publishes the state of a task as Celery does. */
  protected void says(String id, String state, String result) {
    says(id, state, result, Duration.ofDays(1));
  }

  protected void says(String id, String state, String result, Duration lifetime) {
    String key = "celery-task-meta-" + id;
    String meta =
        "{\"status\": \"%s\", \"result\": %s, \"traceback\": null, \"children\": [], \"date_done\": null, \"task_id\": \"%s\"}"
            .formatted(state, result, id);
    foreign.send("MULTI");
    foreign.send("SETEX", key, Long.toString(lifetime.toSeconds()), meta);
    foreign.send("PUBLISH", key, meta);
    foreign.send("EXEC");
  }

  @AfterEach
  void close() throws Exception {
    foreign.close();
    await(vertx.close());
  }

  private static Space space(String name, String prefix) {
    return new Space(name, prefix, Dialect.ANY, 1 << 16, MAX_MEMBERS, Map.of());
  }

  protected <A> A ask(Ask<A> ask) throws Exception {
    return await(bus.ask(ask));
  }

  protected void assertRefused(Code code, Ask<?> ask) {
    ExecutionException thrown = assertThrows(ExecutionException.class, () -> ask(ask));
    assertEquals(code, Failure.from(thrown.getCause()).code());
  }

  protected static PutStatus putting(String kind, String id, Integer attempt, String json) {
    return new PutStatus(SPACE, kind, id, Document.of(json), attempt);
  }

  protected StatusWritten put(String kind, String id, String json) throws Exception {
    return ask(putting(kind, id, null, json));
  }

  protected StatusWritten put(String kind, String id, int attempt, String json) throws Exception {
    return ask(putting(kind, id, attempt, json));
  }

  protected static ReadStatus reading(String kind, String id) {
    return new ReadStatus(SPACE, kind, id);
  }

  protected Status read(String kind, String id) throws Exception {
    return ask(reading(kind, id));
  }

  protected Followed follow(String kind, String id, String after) throws Exception {
    return ask(new FollowStatus(SPACE, kind, id, after));
  }

  protected static String status(String word) {
    return "{\"status\": \"" + word + "\"}";
  }

  protected static String status(String word, int progress) {
    return "{\"status\": \"" + word + "\", \"progress\": " + progress + "}";
  }

  /** Makes a key expire. */
  protected void expire(String key) {
    foreign.send("DEL", key);
  }
}
