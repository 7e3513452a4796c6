package io.aetherkeep.cache;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Foreign verticle in place of a system of record, which may not answer. */
final class FakeRecords {

  private final Map<String, Object> values = new ConcurrentHashMap<>();
  private final AtomicInteger asked = new AtomicInteger();
  private volatile boolean failing;
  private volatile @Nullable String failingId;
  private volatile @Nullable CountDownLatch held;

  void serve(Vertx vertx, String keyspace) {
    vertx
        .eventBus()
        .<JsonObject>consumer(
            "aetherkeep.origin." + keyspace,
            message -> {
              asked.incrementAndGet();
              String id = message.body().getJsonArray("ids").getString(0);
              if (failing || id.equals(failingId)) {
                message.fail(500, "broken");
                return;
              }
              Object value = values.get(id);
              CountDownLatch gate = held;
              vertx
                  .executeBlocking(
                      () -> {
                        if (gate != null) {
                          gate.await();
                        }
                        return value;
                      },
                      false)
                  .onSuccess(
                      found ->
                          message.reply(
                              found == null
                                  ? new JsonObject()
                                  : new JsonObject().put("value", found)));
            })
        .completion()
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }

  void has(String id, Object value) {
    values.put(id, value);
  }

  void fail(boolean now) {
    failing = now;
  }

  /** Fails the loads of one id. */
  void fail(String id) {
    failingId = id;
  }

  /** Delays all answers until {@link #release}. */
  void hold() {
    held = new CountDownLatch(1);
  }

  void release() {
    CountDownLatch gate = held;
    held = null;
    if (gate != null) {
      gate.countDown();
    }
  }

  int asked() {
    return asked.get();
  }
}
