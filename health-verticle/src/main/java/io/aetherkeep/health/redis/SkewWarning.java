package io.aetherkeep.health.redis;

import org.jspecify.annotations.Nullable;

/**
 * Warning in the log that this node's clock and that of a Redis differ; it is logged once until
 * they agree.
 */
public final class SkewWarning {

  private static final System.Logger LOG = System.getLogger(SkewWarning.class.getName());

  /** Smaller differences are harmless. */
  private static final long LARGE_MILLIS = 2000;

  private final String space;
  private boolean warned;

  public SkewWarning(String space) {
    this.space = space;
  }

  public void update(long skewMillis) {
    String text = text(skewMillis);
    if (text != null && !warned) {
      LOG.log(System.Logger.Level.WARNING, "The Redis of " + space + ": " + text);
    } else if (text == null && warned) {
      LOG.log(
          System.Logger.Level.INFO, "The Redis of " + space + ": this node's clock agrees again");
    }
    warned = text != null;
  }

  /** Returns the warning about a skew, or null if it is small. */
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
