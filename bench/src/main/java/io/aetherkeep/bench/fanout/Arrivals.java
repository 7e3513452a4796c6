package io.aetherkeep.bench.fanout;

import io.aetherkeep.bench.load.TokenScanner;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Counter of the receivers that have read a number; the number follows a mark. */
public final class Arrivals {

  private final String mark;
  private final int digits;
  private volatile String awaited = "";
  private volatile CountDownLatch missing = new CountDownLatch(0);

  public Arrivals(String mark, int digits) {
    this.mark = mark;
    this.digits = digits;
  }

  /** Returns the handler of one receiver's input. */
  public Handler<Buffer> receiver() {
    return new TokenScanner(mark, digits, this::come);
  }

  private void come(String number) {
    // Late copies of the previous number do not count.
    if (number.equals(awaited)) {
      missing.countDown();
    }
  }

  /** Writes a number; returns the milliseconds until {@code receivers} receivers have read it. */
  double millis(String number, int receivers, Runnable write) throws InterruptedException {
    awaited = number;
    missing = new CountDownLatch(receivers);
    long start = System.nanoTime();
    write.run();
    if (!missing.await(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          "%d of %d were not reached".formatted(missing.getCount(), receivers));
    }
    return (System.nanoTime() - start) / 1e6;
  }
}
