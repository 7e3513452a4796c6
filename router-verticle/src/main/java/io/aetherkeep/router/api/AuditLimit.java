package io.aetherkeep.router.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Limit of audited operations of one kind by one credential in a minute, on one event loop. A
 * service that writes all the time would displace what operators did, and fill the log; beyond the
 * limit its operations are only counted.
 */
final class AuditLimit {

  /** More than an operator does by hand. */
  static final int MOST = 30;

  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  private final LongSupplier nanos;
  private final Map<Subject, Window> windows = new HashMap<>();

  AuditLimit(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Operations that count together. */
  record Subject(String space, String by, @Nullable String key, String operation) {}

  /** Operations that were only counted. */
  record Excess(Subject subject, int operations) {}

  /** A minute of operations. */
  private static final class Window {
    private final long began;
    private int operations;

    Window(long began) {
      this.began = began;
    }

    boolean isOver(long now) {
      return now - began >= MINUTE;
    }
  }

  /** Counts an operation; returns whether it is recorded by itself. */
  boolean admits(Subject subject) {
    Window window = windows.computeIfAbsent(subject, first -> new Window(nanos.getAsLong()));
    return window.operations++ < MOST;
  }

  /**
   * Returns what was only counted in minutes that are over, and begins new ones.
   *
   * @param all also in minutes that are not over
   */
  List<Excess> drain(boolean all) {
    long now = nanos.getAsLong();
    List<Excess> excess = new ArrayList<>();
    windows
        .entrySet()
        .removeIf(
            entry -> {
              Window window = entry.getValue();
              boolean over = all || window.isOver(now);
              if (over && window.operations > MOST) {
                excess.add(new Excess(entry.getKey(), window.operations - MOST));
              }
              return over;
            });
    return excess;
  }
}
