package io.aetherkeep.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.aetherkeep.testing.Fuzzing;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Random input for the decoder of other nodes' events, which any Redis client may publish. */
class EventBatchFuzzTest {

  @Test
  void published_mustBeAnEvent() {
    Fuzzing.from(EventBatchFuzzTest.class, "batch.json", "batch-null.json")
        .feed(
            bytes -> {
              AtomicInteger taken = new AtomicInteger();
              try {
                int events =
                    EventBatch.open(
                        Buffer.buffer(bytes),
                        (address, body) -> {
                          assertNotNull(address);
                          assertNotNull(body);
                          taken.incrementAndGet();
                        });
                assertEquals(taken.get(), events);
              } catch (Failure refused) {
                assertEquals(Code.INVALID_BODY, refused.code());
              }
            });
  }
}
