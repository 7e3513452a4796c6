package io.aetherkeep.router.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Rate limit of the audit, for each operation of each credential on one event loop. Without it a
 * service that writes all the time would displace the entries of operators and fill the log.
 * Operations beyond the limit are only counted.
 */
final class AuditLimit {

  /** Limit per minute, more than an operator does by hand. */
  static final int MOST = 30;

  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  private final LongSupplier nanos;
  private final Map<Subject, Window> windows = new HashMap<>();

  AuditLimit(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Operations that count together. */
  record Subject(String space, String by, @Nullable String key, String operation) {}

  /** Number of operations beyond the limit. */
  record Excess(Subject subject, int operations) {}

  /** Operations of one subject in one minute. */
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

  /** Counts an operation; returns whether it is within the limit and gets an entry. */
  boolean admits(Subject subject) {
    Window window = windows.computeIfAbsent(subject, first -> new Window(nanos.getAsLong()));
    return window.operations++ < MOST;
  }

  /**
   * Removes the windows that are over, and returns their operations beyond the limit.
   *
   * @param all whether to remove the other windows too
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
