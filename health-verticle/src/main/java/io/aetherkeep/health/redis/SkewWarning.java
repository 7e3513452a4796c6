package io.aetherkeep.health.redis;

import org.jspecify.annotations.Nullable;

/** Warning in the log that this node's clock and that of a Redis differ; once until they agree. */
public final class SkewWarning {

  private static final System.Logger LOG = System.getLogger(SkewWarning.class.getName());

  /** Less is no reason to look after the clocks. */
  private static final long LARGE_MILLIS = 2000;

  private final String space;
  private boolean told;

  public SkewWarning(String space) {
    this.space = space;
  }

  public void look(long skewMillis) {
    String text = text(skewMillis);
    if (text != null && !told) {
      LOG.log(System.Logger.Level.WARNING, "The Redis of " + space + ": " + text);
    } else if (text == null && told) {
      LOG.log(
          System.Logger.Level.INFO, "The Redis of " + space + ": this node's clock agrees again");
    }
    told = text != null;
  }

  /** What an operator should know of a skew; nothing of a small one. */
  static @Nullable String text(long skewMillis) {
    return Math.abs(skewMillis) < LARGE_MILLIS
        ? null
        : "this node's clock is %d.%d s %s: lifetimes go by Redis's time, but set the clock (NTP)"
            .formatted(
                Math.abs(skewMillis) / 1000,
                Math.abs(skewMillis) / 100 % 10,
                skewMillis > 0 ? "ahead" : "behind");
  }
}
