package io.aetherkeep.launcher;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.HealthAsks.Check;
import io.aetherkeep.catalogue.HealthAsks.Health;
import io.aetherkeep.catalogue.HealthAsks.HealthStatus;
import io.aetherkeep.catalogue.HealthAsks.ReadReadiness;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Poller that waits until a node is ready for the first time. After a grace period it logs why the
 * node is not ready; a short wait is normal, because Redis may start later than the node.
 */
final class StartReadiness {

  private static final System.Logger LOG = System.getLogger(StartReadiness.class.getName());
  private static final Duration EVERY = Duration.ofMillis(50);
  private static final Duration GRACE = Duration.ofSeconds(3);

  /** Minimum interval between two log lines; the same reason is not logged twice in a row. */
  private static final Duration BETWEEN = Duration.ofSeconds(30);

  private final Vertx vertx;
  private final Bus bus;
  private final RedisAccess redis;
  private final Promise<Void> ready = Promise.promise();
  private long warnAt = System.nanoTime() + GRACE.toNanos();
  private String lastWarning = "";
  private boolean asking;

  StartReadiness(Vertx vertx, Bus bus, RedisAccess redis) {
    this.vertx = vertx;
    this.bus = bus;
    this.redis = redis;
  }

  /** Polls until the node is ready. */
  Future<Void> await() {
    // On an event loop: a timer set by another thread may fire before it is registered, when it
    // cannot be cancelled yet.
    vertx.runOnContext(loop -> vertx.setPeriodic(0, EVERY.toMillis(), this::poll));
    return ready.future();
  }

  private void poll(long timer) {
    if (asking) {
      return;
    }
    asking = true;
    bus.ask(new ReadReadiness())
        .onComplete(
            answer -> {
              asking = false;
              if (answer.succeeded() && answer.result().status() == HealthStatus.UP) {
                vertx.cancelTimer(timer);
                ready.tryComplete();
              } else if (answer.succeeded()) {
                warn(answer.result());
              }
            });
  }

  private void warn(Health health) {
    long now = System.nanoTime();
    String why = why(health);
    if (now - warnAt >= 0 && !why.equals(lastWarning)) {
      lastWarning = why;
      warnAt = now + BETWEEN.toNanos();
      LOG.log(System.Logger.Level.WARNING, "Not ready yet, retrying: " + why);
    }
  }

  private String why(Health health) {
    Map<String, List<String>> spaces = new LinkedHashMap<>();
    for (Space space : redis.spaces()) {
      String why = redis.unavailableReason(space);
      if (why != null) {
        spaces
            .computeIfAbsent(
                "the Redis %s: %s".formatted(redis.server(space), why), first -> new ArrayList<>())
            .add(space.name());
      }
    }
    List<String> all = new ArrayList<>();
    spaces.forEach((why, names) -> all.add(why + " (" + String.join(", ", names) + ")"));
    if (all.isEmpty()) {
      health.checks().stream()
          .filter(check -> check.status() == HealthStatus.DOWN)
          .map(StartReadiness::text)
          .forEach(all::add);
    }
    return String.join("; ", all);
  }

  private static String text(Check check) {
    return check.id() + ": " + check.reason();
  }
}
