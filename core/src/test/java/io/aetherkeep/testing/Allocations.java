package io.aetherkeep.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.IntFunction;

/**
 * Measurement of allocated bytes, which distinguishes linear from quadratic work on any machine.
 */
public final class Allocations {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Limit for four times the input, with a margin for buffers that double. */
  private static final double LINEAR = 4.5;

  private static final int ROUNDS = 5;

  private Allocations() {}

  /** Fails if four times the input allocates more than about four times the bytes. */
  public static void requireLinear(int size, IntFunction<Runnable> work) {
    long once = fewest(work.apply(size));
    long fourfold = fewest(work.apply(4 * size));
    assertTrue(
        fourfold <= LINEAR * once, () -> fourfold + " bytes for four times what takes " + once);
  }

  /** The least of several rounds, because the first ones also load classes. */
  private static long fewest(Runnable work) {
    long thread = Thread.currentThread().getId();
    long fewest = Long.MAX_VALUE;
    for (int i = 0; i < ROUNDS; i++) {
      long before = THREADS.getThreadAllocatedBytes(thread);
      work.run();
      fewest = Math.min(fewest, THREADS.getThreadAllocatedBytes(thread) - before);
    }
    return fewest;
  }
}
