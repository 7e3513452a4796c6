package io.aetherkeep.bus;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Where an ask goes: the shared address, and one for each event loop that has an answerer. */
final class AskRoute implements Waits.Outcome {

  private static final System.Logger LOG = System.getLogger(Bus.class.getName());

  final String address;
  final LongAdder answered = new LongAdder();
  final LongAdder failed = new LongAdder();

  /** Where each instance of this JVM that answers is to be reached. */
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

  /** An event loop is its thread: one thread runs it for as long as it lives. */
  String here() {
    return address + "#" + Thread.currentThread().getId();
  }

  /** The failure that stands for whatever was thrown; what is a bug is logged. */
  static Failure logged(String what, Throwable thrown) {
    Failure failure = Failure.from(thrown);
    if (failure.code() == Code.INTERNAL && failure != thrown) {
      LOG.log(System.Logger.Level.ERROR, what + " failed", thrown);
    }
    return failure;
  }
}
