package io.aetherkeep.client;

/**
 * No response within the deadline, or no connection: the node may or may not have executed the
 * call.
 */
public final class ConnectionException extends AetherkeepException {
  private static final long serialVersionUID = 1;

  private final boolean neverSent;

  ConnectionException(String message, Throwable cause, boolean neverSent) {
    super(message, cause);
    this.neverSent = neverSent;
  }

  /** Whether no connection was made, so that the node has certainly not executed the call. */
  public boolean neverSent() {
    return neverSent;
  }

  @Override
  boolean mayRepeat(boolean idempotent) {
    return neverSent || idempotent;
  }
}
