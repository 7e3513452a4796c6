package io.aetherkeep.bus;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.function.Function;

/**
 * Receiver of one type of ask. It replies in the form of the request, record or JSON, and turns
 * whatever its answerer throws into a {@link Failure}.
 */
final class AskReceiver<Q extends Ask<A>, A> {

  /** Header of a liveness probe, which is answered without an ask. */
  static final String PROBE = "aetherkeep-probe";

  private final Class<Q> type;
  private final Function<Q, Future<A>> answerer;

  AskReceiver(Class<Q> type, Function<Q, Future<A>> answerer) {
    this.type = type;
    this.answerer = answerer;
  }

  void receive(Message<Object> message) {
    if (message.headers().contains(PROBE)) {
      message.reply("");
      return;
    }
    boolean foreign = !type.isInstance(message.body());
    answer(message.body())
        .onComplete(
            value -> reply(message, value, foreign), thrown -> refuse(message, thrown, foreign));
  }

  /** Returns the answer, or a failed future with the answerer's exception. */
  Future<A> answer(Object ask) {
    try {
      return Objects.requireNonNull(answerer.apply(record(ask)), "no answer");
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      // Every throwable, because without a reply the asker waits until its deadline.
      return Future.failedFuture(e);
    }
  }

  private Q record(Object ask) {
    if (type.isInstance(ask)) {
      return type.cast(ask);
    }
    if (ask instanceof JsonObject json) {
      return RecordJson.read(json.toBuffer().getBytes(), type);
    }
    throw Failure.of(Code.INVALID_BODY, "Send the record or its JsonObject");
  }

  private void reply(Message<Object> message, A value, boolean foreign) {
    try {
      message.reply(foreign ? RecordRegistry.toJson(value) : value);
    } catch (RuntimeException e) {
      refuse(message, e, foreign);
    }
  }

  private void refuse(Message<Object> message, Throwable thrown, boolean foreign) {
    Failure failure = AskRoute.logged(type.getSimpleName(), thrown);
    if (foreign) {
      message.fail(failure.kind().number(), failure.code().text());
    } else {
      message.reply(failure);
    }
  }
}
