package io.aetherkeep.client;

/** Failure of a call: a problem that the node answered, or no answer. */
public abstract class AetherkeepException extends RuntimeException {
  private static final long serialVersionUID = 1;

  AetherkeepException(String message) {
    super(message);
  }

  AetherkeepException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Whether the call may be sent again, given whether twice does the same as once. */
  abstract boolean mayRepeat(boolean idempotent);
}
