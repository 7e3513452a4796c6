package io.aetherkeep.redis.connection;

import static io.aetherkeep.testing.Futures.await;

import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.redis.target.Backoff;
import io.aetherkeep.redis.target.RedisTarget;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.CloseFuture;
import io.vertx.core.internal.ContextInternal;
import io.vertx.redis.client.RedisConnection;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Dialling a server again and again while it is down. */
class RedisDialTest {

  private static final int ATTEMPTS = 200;

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  @Test
  void attemptsOfALongOutage_leaveNothingInTheContextThatDials() throws Exception {
    ContextInternal loop = (ContextInternal) vertx.getOrCreateContext();
    int before = await(children(loop));
    Lost lost = new Lost();
    loop.runOnContext(
        on -> {
          lost.dial = new RedisDial(vertx, closed(), null, "test", lost);
          lost.dial.start();
        });
    await(lost.closed.future());
    // The last attempt may still be closing.
    Awaitility.await().until(() -> await(children(loop)) <= before);
  }

  /** A target of a port at which nothing listens. */
  private static RedisTarget closed() {
    try (EmbeddedRedis gone = EmbeddedRedis.start(EmbeddedRedis.options())) {
      return new RedisTarget(
          gone.url(),
          0,
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          16,
          Backoff.between(Duration.ofMillis(1), Duration.ofMillis(1)));
    }
  }

  /** The number of resources that a context would close with its verticle. */
  private static Future<Integer> children(ContextInternal context) {
    Promise<Integer> count = Promise.promise();
    context.runOnContext(on -> count.complete(childrenNow(context)));
    return count.future();
  }

  private static int childrenNow(ContextInternal context) {
    try {
      Field children = CloseFuture.class.getDeclaredField("children");
      children.setAccessible(true);
      Object present = children.get(context.closeFuture());
      return present == null ? 0 : ((Map<?, ?>) present).size();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("the fields of Vert.x have changed", e);
    }
  }

  /** Closes its dial after many failed attempts. */
  private static final class Lost implements RedisDial.Caller {

    private final Promise<Void> closed = Promise.promise();
    private RedisDial dial;
    private int attempts;

    @Override
    public Future<?> reached(RedisConnection connection) {
      return Future.failedFuture("nothing listens there");
    }

    @Override
    public void lost(String why) {
      attempts++;
      if (attempts == ATTEMPTS) {
        dial.close().onComplete(closed);
      }
    }
  }
}
