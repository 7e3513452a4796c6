package io.aetherkeep.bus;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A probe checks that every instance of this JVM answers, without executing an ask. */
class BusProbeTest extends BusFixture {

  private static final Duration PATIENT = Duration.ofSeconds(30);
  private static final DeploymentOptions EACH_LOOP = new DeploymentOptions().setInstances(LOOPS);

  private final Queue<Context> loops = new ConcurrentLinkedQueue<>();
  private final AtomicInteger asked = new AtomicInteger();

  /** Verticle that answers on its event loop. */
  private final class Answerer extends VerticleBase {
    @Override
    public Future<?> start() {
      loops.add(context);
      return bus.answer(
          SayAgain.class,
          ask -> {
            asked.incrementAndGet();
            return Future.succeededFuture(new Said(ask.text(), ""));
          });
    }
  }

  private String deploy(DeploymentOptions options) throws Exception {
    return await(vertx.deployVerticle(Answerer::new, options));
  }

  @Test
  void probe_ofAnAskThatNobodyAnswersIsFalse() throws Exception {
    assertFalse(await(bus.probe(SayAgain.class, PATIENT)));
  }

  @Test
  void probe_reachesEveryInstanceAndAsksNothingOfIt() throws Exception {
    deploy(EACH_LOOP);
    assertTrue(await(bus.probe(SayAgain.class, PATIENT)));
    assertEquals(0, asked.get());
  }

  @Test
  void probe_isFalseWhileOneLoopIsBlockedAndTrueAgainAfter() throws Exception {
    deploy(EACH_LOOP);
    CountDownLatch release = new CountDownLatch(1);
    loops
        .element()
        .runOnContext(
            blocked -> {
              try {
                release.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    assertFalse(await(bus.probe(SayAgain.class, Duration.ofMillis(100))));
    release.countDown();
    assertTrue(await(bus.probe(SayAgain.class, PATIENT)));
  }

  @Test
  void probe_isFalseOnceTheAnswererIsGone() throws Exception {
    await(vertx.undeploy(deploy(EACH_LOOP)));
    assertFalse(await(bus.probe(SayAgain.class, PATIENT)));
  }

  @Test
  void probe_isTrueOfAnAnswererThatCameBackOnOtherLoops() throws Exception {
    String first = deploy(new DeploymentOptions());
    await(vertx.undeploy(first));
    deploy(new DeploymentOptions());
    assertTrue(await(bus.probe(SayAgain.class, PATIENT)));
  }
}
