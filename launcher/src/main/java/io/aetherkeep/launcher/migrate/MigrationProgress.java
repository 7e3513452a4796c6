package io.aetherkeep.launcher.migrate;

import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Progress of a pass: a bar on a terminal, occasional lines elsewhere. */
final class MigrationProgress {

  private static final int WIDTH = 24;
  private static final Duration ON_TERMINAL = Duration.ofMillis(200);
  private static final Duration ELSEWHERE = Duration.ofSeconds(10);

  private final PrintStream out;
  private final boolean terminal;
  private String name = "";
  private long total;
  private long begun;
  private long shown;
  private int length;

  MigrationProgress(PrintStream out) {
    this.out = out;
    this.terminal = isTerminal();
  }

  /** Whether there is a terminal. From Java 22 on, a console may exist without one. */
  @SuppressWarnings("SystemConsoleNull")
  private static boolean isTerminal() {
    Console console = System.console();
    if (console == null || "dumb".equals(System.getenv("TERM"))) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  /**
   * Starts a pass.
   *
   * @param total approximate number of keys; -1 if unknown
   */
  void begin(String name, long total) {
    this.name = name;
    this.total = total;
    this.begun = System.nanoTime();
    this.shown = begun;
  }

  void at(long keys) {
    long now = System.nanoTime();
    if (now - shown >= (terminal ? ON_TERMINAL : ELSEWHERE).toNanos()) {
      shown = now;
      show(keys, now);
    }
  }

  private void show(long keys, long now) {
    double seconds = Math.max(0.001, (now - begun) / 1e9);
    String text =
        total < keys
            ? String.format(Locale.ROOT, "%s: %,d keys, %,.0f/s", name, keys, keys / seconds)
            : String.format(
                Locale.ROOT,
                "%s: %s %d %%, %,d of %,d keys, %,.0f/s, %.0f s left",
                name,
                bar(keys),
                100 * keys / Math.max(1, total),
                keys,
                total,
                keys / seconds,
                (total - keys) * seconds / Math.max(1, keys));
    print(text);
  }

  private String bar(long keys) {
    int full = (int) Math.min(WIDTH, WIDTH * keys / Math.max(1, total));
    return "[" + "#".repeat(full) + " ".repeat(WIDTH - full) + "]";
  }

  private void print(String text) {
    if (terminal) {
      out.print("\r" + text + " ".repeat(Math.max(0, length - text.length())));
      length = text.length();
    } else {
      out.println(text);
    }
    out.flush();
  }

  /** Prints a permanent line. */
  void say(String text) {
    if (terminal && length > 0) {
      out.print("\r" + " ".repeat(length) + "\r");
      length = 0;
    }
    out.println(text);
    out.flush();
  }
}
