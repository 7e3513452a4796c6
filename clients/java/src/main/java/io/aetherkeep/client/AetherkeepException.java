package io.aetherkeep.client;

/** Failure of a call: a problem that the node returned, or no response. */
public abstract class AetherkeepException extends RuntimeException {
  private static final long serialVersionUID = 1;

  AetherkeepException(String message) {
    super(message);
  }

  AetherkeepException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Whether the call may be repeated.
   *
   * @param idempotent whether the call is idempotent
   */
  abstract boolean mayRepeat(boolean idempotent);
}
