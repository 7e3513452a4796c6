package io.aetherkeep.health;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.HealthAsks.Check;
import io.aetherkeep.catalogue.HealthAsks.Health;
import io.aetherkeep.catalogue.HealthAsks.HealthStatus;
import io.aetherkeep.catalogue.HealthAsks.ReadLiveness;
import io.aetherkeep.health.node.LoopBeats;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A running event loop is reported up, a blocked one down. */
class LoopBeatsTest {

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
  private final AtomicLong nanos = new AtomicLong();
  private final LoopBeats loops = new LoopBeats(nanos::get);
  private final Queue<Context> contexts = new ConcurrentLinkedQueue<>();

  /** Verticle that beats on its event loop. */
  private final class Turner extends VerticleBase {
    @Override
    public Future<?> start() {
      contexts.add(context);
      loops.recordBeat();
      vertx.setPeriodic(50, id -> loops.recordBeat());
      return Future.succeededFuture();
    }
  }

  @BeforeEach
  void turn() throws Exception {
    await(vertx.deployVerticle(() -> new Turner(), new DeploymentOptions().setInstances(2)));
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  private Health read() throws Exception {
    return await(loops.read(new ReadLiveness()));
  }

  private List<Check> down() throws Exception {
    return read().checks().stream().filter(check -> check.status() == HealthStatus.DOWN).toList();
  }

  @Test
  void loopsThatTurn_areLive() throws Exception {
    assertEquals(HealthStatus.UP, read().status());
    assertTrue(read().checks().get(0).id().startsWith("event-loop/"));
  }

  @Test
  void aBlockedLoop_isNoticedAndForgivenOnceItTurnsAgain() throws Exception {
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    contexts
        .element()
        .runOnContext(
            here -> {
              blocked.countDown();
              try {
                release.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    assertTrue(blocked.await(60, TimeUnit.SECONDS));
    assertEquals(HealthStatus.UP, read().status());
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(11));
    // The other loop keeps running.
    await().until(() -> down().size() == 1);
    assertEquals(HealthStatus.DOWN, read().status());
    assertEquals("it last turned 11 s ago", down().get(0).reason());
    release.countDown();
    await().until(() -> read().status() == HealthStatus.UP);
  }
}
