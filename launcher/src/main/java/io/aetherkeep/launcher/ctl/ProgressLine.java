package io.aetherkeep.launcher.ctl;

import io.aetherkeep.launcher.command.Terminal;
import java.io.PrintStream;
import java.util.Locale;

/** Progress bar on one line of the terminal. It prints nothing without a terminal. */
final class ProgressLine implements AutoCloseable {

  private static final int WIDTH = 30;

  /** Escape sequence that goes to the start of the line and clears it. */
  private static final String CLEAR = "\r\u001b[K";

  private final PrintStream out;
  private final boolean shown;

  ProgressLine(PrintStream out) {
    this.out = out;
    this.shown = Terminal.isAttached();
  }

  /** Shows how much of the work is done. */
  void show(long done, long all) {
    if (shown) {
      double share = all <= 0 ? 0 : Math.min(1, (double) done / all);
      int full = (int) Math.round(share * WIDTH);
      out.printf(
          Locale.ROOT,
          "%s[%s%s] %3.0f %%  %,d of %,d",
          CLEAR,
          "#".repeat(full),
          "-".repeat(WIDTH - full),
          share * 100,
          done,
          all);
      out.flush();
    }
  }

  @Override
  public void close() {
    if (shown) {
      out.print(CLEAR);
      out.flush();
    }
  }
}
