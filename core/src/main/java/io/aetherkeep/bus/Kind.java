package io.aetherkeep.bus;

/** What sort of failure it is, and so whether asking again can help. */
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

  /** The failure code of a {@code ReplyException}, after the HTTP status most people know. */
  public int number() {
    return number;
  }

  /** Whether the same request may succeed later, for a conflict after a fresh read. */
  public boolean retry() {
    return retry;
  }
}
