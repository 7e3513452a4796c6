package io.aetherkeep.bus;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * JSON of callers and services that do not have the records. Worker threads encode and decode what
 * is large; the messages of an event loop keep their order.
 */
final class ForeignJson {

  private final OrderedWork work;

  ForeignJson(Vertx vertx) {
    this.work = new OrderedWork(vertx);
  }

  /** Decodes an ask, which has no unknown property. */
  <Q> Future<Q> ask(@Nullable Object body, Class<Q> type) {
    return body instanceof JsonObject json
        ? work.submit(JsonSize.of(json), () -> RecordJson.read(json.toBuffer().getBytes(), type))
        : Future.failedFuture(Failure.of(Code.INVALID_BODY, "Send the record or its JsonObject"));
  }

  /** Decodes an answer. */
  <A> Future<A> answer(@Nullable Object body, Class<A> type) {
    return body instanceof JsonObject json
        ? work.submit(JsonSize.of(json), () -> RecordRegistry.readEvent(json, type))
        : Future.failedFuture(Failure.of(Code.INTERNAL, "The answer is not a JsonObject"));
  }

  /** Encodes a record. */
  Future<JsonObject> of(Object record) {
    return work.submit(Sized.of(record), () -> RecordJson.write(record))
        .compose(json -> work.submit(json.length, () -> RecordRegistry.object(json)));
  }
}
