package io.aetherkeep.bus;

import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import java.util.function.Function;

/** Who answers on one event loop, as itself: its timers end with it and not with who asks. */
final class LoopAnswerer {

  final ContextInternal own;
  private final Function<Object, Future<?>> answers;
  final Waits waits;

  LoopAnswerer(ContextInternal own, long millis, Function<Object, Future<?>> answers) {
    this.own = own;
    this.answers = answers;
    this.waits = new Waits(own, millis);
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
