package io.aetherkeep.bus;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Receiver of one type of ask. It replies in the form of the request, record or JSON, and turns
 * whatever its answerer throws into a {@link Failure}.
 */
final class AskReceiver<Q extends Ask<A>, A> {

  /** Header of a liveness probe, which is answered without an ask. */
  static final String PROBE = "aetherkeep-probe";

  private final Class<Q> type;
  private final Function<Q, Future<A>> answerer;
  private final ForeignJson json;

  AskReceiver(Class<Q> type, Function<Q, Future<A>> answerer, ForeignJson json) {
    this.type = type;
    this.answerer = answerer;
    this.json = json;
  }

  void receive(Message<Object> message) {
    if (message.headers().contains(PROBE)) {
      message.reply("");
      return;
    }
    Object body = message.body();
    if (type.isInstance(body)) {
      answer(body).onComplete(value -> reply(message, value), thrown -> refuse(message, thrown));
    } else {
      answerForeign(body).onComplete(message::reply, thrown -> refuseForeign(message, thrown));
    }
  }

  /**
   * Answers JSON in JSON. Asks of one event loop are answered in their order, whatever their size.
   */
  private Future<JsonObject> answerForeign(@Nullable Object body) {
    return json.ask(body, type).compose(this::answer).compose(json::of);
  }

  /** Returns the answer to a record, or a failed future with the answerer's exception. */
  Future<A> answer(Object ask) {
    try {
      return Objects.requireNonNull(answerer.apply(type.cast(ask)), "no answer");
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      // Every throwable, because without a reply the asker waits until its deadline.
      return Future.failedFuture(e);
    }
  }

  private void reply(Message<Object> message, A value) {
    try {
      message.reply(value);
    } catch (RuntimeException e) {
      refuse(message, e);
    }
  }

  private void refuse(Message<Object> message, Throwable thrown) {
    message.reply(AskRoute.logged(type.getSimpleName(), thrown));
  }

  private void refuseForeign(Message<Object> message, Throwable thrown) {
    Failure failure = AskRoute.logged(type.getSimpleName(), thrown);
    message.fail(failure.kind().number(), failure.code().text());
  }
}
