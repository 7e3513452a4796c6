package io.aetherkeep.lab.cluster;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Lets time pass, and waits for what comes true. */
public final class Waiting {

  private Waiting() {}

  public static void pass(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** Whether something came true in time. */
  public static boolean until(Duration patience, Callable<Boolean> fact) {
    long end = System.nanoTime() + patience.toNanos();
    do {
      try {
        if (fact.call()) {
          return true;
        }
      } catch (Exception e) {
        // Not yet: what is asked may be down, which is what the lab is about.
      }
      pass(Duration.ofMillis(20));
    } while (System.nanoTime() < end);
    return false;
  }
}
