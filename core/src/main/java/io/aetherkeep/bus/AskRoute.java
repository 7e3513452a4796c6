package io.aetherkeep.bus;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Routes of one type of ask: the shared address, and one for each event loop with an answerer. */
final class AskRoute implements AnswerDeadlines.Outcome {

  private static final System.Logger LOG = System.getLogger(Bus.class.getName());

  final String address;
  final LongAdder answered = new LongAdder();
  final LongAdder failed = new LongAdder();

  /** Addresses of the answerers in this JVM, one for each instance. */
  final Set<String> here = ConcurrentHashMap.newKeySet();

  final ConcurrentHashMap<Thread, LoopAnswerer> loops = new ConcurrentHashMap<>();

  AskRoute(String address) {
    this.address = address;
  }

  String name() {
    return address.substring(BusAddress.PREFIX.length());
  }

  @Override
  public void answered() {
    answered.increment();
  }

  @Override
  public Failure failed(Throwable thrown) {
    failed.increment();
    return thrown instanceof TimeoutException
        ? Failure.of(Code.DEADLINE_EXCEEDED, "No answer within the deadline")
        : logged(name(), thrown);
  }

  @Nullable LoopAnswerer onThisLoop() {
    return loops.get(Thread.currentThread());
  }

  /** The address on this event loop, named by its thread: an event loop has one thread for life. */
  String here() {
    return address + "#" + Thread.currentThread().getId();
  }

  /** Turns a throwable into a failure, and logs it if it is a bug. */
  static Failure logged(String what, Throwable thrown) {
    Failure failure = Failure.from(thrown);
    if (failure.code() == Code.INTERNAL && failure != thrown) {
      LOG.log(System.Logger.Level.ERROR, what + " failed", thrown);
    }
    return failure;
  }
}
