package io.aetherkeep.health;

import static org.awaitility.Awaitility.await;

import io.aetherkeep.catalogue.HealthAsks;
import io.aetherkeep.catalogue.HealthAsks.Check;
import io.aetherkeep.catalogue.HealthAsks.HealthStatus;
import io.aetherkeep.catalogue.HealthAsks.ReadReadiness;
import io.aetherkeep.catalogue.HealthAsks.ReadRedisHealth;
import io.aetherkeep.catalogue.HealthAsks.RunSelfTest;
import io.aetherkeep.catalogue.HealthAsks.SelfTest;
import io.aetherkeep.catalogue.HealthAsks.SelfTestStep;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.health.settings.HealthSettings;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.target.Backoff;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.testing.ForeignClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Base of tests with a Redis of their own, which they stop, fill and block. */
abstract class RedisTrouble {

  protected static final Space SPACE =
      new Space("council", "p:", Dialect.COUNCIL, 1 << 20, Map.of());

  protected EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());
  protected HealthNode node;

  /** How far the node's clock is ahead of the system's. */
  protected volatile Duration ahead = Duration.ZERO;

  /** The system's clock runs, because canaries run on the event loop's timers. */
  private final InstantSource clock = () -> Instant.now().plus(ahead);

  @BeforeEach
  void deploy() throws Exception {
    deploy(target());
  }

  protected void deploy(RedisTarget target) throws Exception {
    node = new HealthNode(Map.of(SPACE, target), HealthSettings.defaultSettings(), clock);
    await().until(() -> redisCheck().status() == HealthStatus.UP);
  }

  @AfterEach
  void close() throws Exception {
    node.close();
    signal("CONT");
    redis.close();
  }

  protected RedisTarget target() throws Exception {
    return target(redis.url(), Duration.ofSeconds(10));
  }

  /** A target with some timeout of commands, which is dialled again soon. */
  protected static RedisTarget target(String url, Duration timeout) {
    return new RedisTarget(
        url,
        0,
        timeout,
        Duration.ofSeconds(10),
        8192,
        Backoff.between(Duration.ofMillis(10), Duration.ofMillis(100)));
  }

  protected void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, "" + redis.pid()).start().waitFor();
  }

  protected void restart() {
    redis = EmbeddedRedis.start(EmbeddedRedis.options().withPort(redis.port()));
  }

  /** The reply to a foreign client, on its own connection. */
  protected Object tell(Object... command) {
    try (ForeignClient foreign = new ForeignClient(redis.port())) {
      return foreign.send(command);
    }
  }

  protected HealthStatus ready() throws Exception {
    return node.ask(new ReadReadiness()).status();
  }

  protected Check check(String id) throws Exception {
    return node.ask(new ReadReadiness()).checks().stream()
        .filter(check -> check.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  protected Check redisCheck() throws Exception {
    return check("redis/council");
  }

  /** Waits until the node is not ready for this reason. */
  protected void awaitDown(String reason) {
    await()
        .until(
            () -> {
              Check check = redisCheck();
              return check.status() == HealthStatus.DOWN
                  && String.valueOf(check.reason()).contains(reason)
                  && ready() == HealthStatus.DOWN;
            });
  }

  protected void awaitUp() {
    await()
        .until(
            () ->
                ready() == HealthStatus.UP
                    && state().status() == HealthStatus.UP
                    && selfTest().status() == HealthStatus.UP);
  }

  protected HealthAsks.RedisState state() throws Exception {
    return node.ask(new ReadRedisHealth()).spaces().get(0);
  }

  protected SelfTest selfTest() throws Exception {
    return node.ask(new RunSelfTest());
  }

  /** The failed steps of the self-test. */
  protected List<String> failed() throws Exception {
    return selfTest().steps().stream()
        .filter(step -> !step.ok())
        .map(SelfTestStep::operation)
        .toList();
  }

  protected List<String> keys(String pattern) {
    List<?> reply = (List<?>) tell("SCAN", "0", "MATCH", pattern, "COUNT", "1000000");
    return ((List<?>) reply.get(1)).stream().map(String::valueOf).toList();
  }
}
