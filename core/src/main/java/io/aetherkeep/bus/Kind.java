package io.aetherkeep.bus;

/** Kind of failure, which decides whether a retry can help. */
public enum Kind {
  INVALID(400, false),
  UNAUTHENTICATED(401, false),
  FORBIDDEN(403, false),
  UNKNOWN(404, false),
  CONFLICT(409, true),
  OVERLOADED(429, true),
  UNAVAILABLE(503, true),
  BUG(500, true);

  private final int number;
  private final boolean retry;

  Kind(int number, boolean retry) {
    this.number = number;
    this.retry = retry;
  }

  /** The failure code of a {@code ReplyException}, chosen after the best known HTTP status. */
  public int number() {
    return number;
  }

  /** Whether the same request may succeed later; after a conflict, only with a fresh read. */
  public boolean retry() {
    return retry;
  }
}
