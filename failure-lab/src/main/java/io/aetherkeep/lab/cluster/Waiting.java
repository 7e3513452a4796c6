package io.aetherkeep.lab.cluster;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for a time or for a condition. */
public final class Waiting {

  private Waiting() {}

  public static void pass(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** Waits for a condition; returns whether it became true in time. */
  public static boolean until(Duration patience, Callable<Boolean> fact) {
    long end = System.nanoTime() + patience.toNanos();
    do {
      try {
        if (fact.call()) {
          return true;
        }
      } catch (Exception e) {
        // Not yet: a server may be down, as the lab intends.
      }
      pass(Duration.ofMillis(20));
    } while (System.nanoTime() < end);
    return false;
  }
}
