package io.aetherkeep.bench.report;

/** Scale of a run: full, or quick, which only shows that every row works. */
public enum Scale {
  FULL(5, 0.7, 1.5),
  QUICK(1, 0.3, 0.3);

  private final int rounds;
  private final double seconds;
  private final double warmUp;

  Scale(int rounds, double seconds, double warmUp) {
    this.rounds = rounds;
    this.seconds = seconds;
    this.warmUp = warmUp;
  }

  /** Returns the number of paired rounds. */
  public int rounds() {
    return rounds;
  }

  /** Returns the length of a round under load. */
  public double seconds() {
    return seconds;
  }

  /** Returns the length of the load before the first round. */
  public double warmUp() {
    return warmUp;
  }

  /** Returns the number of a full run, or that of a quick one. */
  public int of(int full, int quick) {
    return this == FULL ? full : quick;
  }
}
