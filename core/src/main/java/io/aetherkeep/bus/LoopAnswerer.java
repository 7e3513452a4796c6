package io.aetherkeep.bus;

import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import java.util.function.Function;

/**
 * Answerer on one event loop. It runs in its own verticle's context, so that timers it sets belong
 * to that verticle and not to the asker's.
 */
final class LoopAnswerer {

  final ContextInternal own;
  private final Function<Object, Future<?>> answers;
  final AnswerDeadlines deadlines;

  LoopAnswerer(ContextInternal own, long millis, Function<Object, Future<?>> answers) {
    this.own = own;
    this.answers = answers;
    this.deadlines = new AnswerDeadlines(own, millis);
  }

  Future<?> answer(Object ask) {
    ContextInternal asker = own.beginDispatch();
    try {
      return answers.apply(ask);
    } finally {
      own.endDispatch(asker);
    }
  }
}
