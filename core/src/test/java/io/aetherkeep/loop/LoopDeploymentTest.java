package io.aetherkeep.loop;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One instance on each event loop, whatever the instances create while they start. */
class LoopDeploymentTest {

  private static final int LOOPS = 4;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(LOOPS));
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final AtomicInteger stopped = new AtomicInteger();

  /** Takes event loops of its own while it starts, as clients and pools do. */
  private final class Greedy extends VerticleBase {
    @Override
    public Future<?> start() {
      threads.add(Thread.currentThread());
      vertx.createHttpClient();
      vertx.createNetClient();
      return vertx.timer(1, TimeUnit.MILLISECONDS);
    }

    @Override
    public Future<?> stop() {
      stopped.incrementAndGet();
      return Future.succeededFuture();
    }
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  @Test
  void instances_haveAnEventLoopEach_whateverTheyCreate() throws Exception {
    for (int round = 0; round < 50; round++) {
      threads.clear();
      await(vertx.undeploy(await(LoopDeployment.deploy(vertx, LOOPS, () -> new Greedy()))));
      assertEquals(LOOPS, threads.size());
    }
    assertEquals(50 * LOOPS, stopped.get());
  }

  @Test
  void failureToStart_failsTheDeployment() {
    ExecutionException failed =
        assertThrows(
            ExecutionException.class,
            () ->
                await(
                    LoopDeployment.deploy(
                        vertx,
                        LOOPS,
                        () ->
                            new VerticleBase() {
                              @Override
                              public Future<?> start() throws Exception {
                                throw new IllegalStateException("no port");
                              }
                            })));
    assertTrue(failed.getMessage().contains("no port"), failed.getMessage());
  }
}
