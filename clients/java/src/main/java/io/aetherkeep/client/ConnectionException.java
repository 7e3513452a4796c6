package io.aetherkeep.client;

/** No answer within the deadline, or no connection: whether the call was carried out is unknown. */
public final class ConnectionException extends AetherkeepException {
  private static final long serialVersionUID = 1;

  private final boolean neverSent;

  ConnectionException(String message, Throwable cause, boolean neverSent) {
    super(message, cause);
    this.neverSent = neverSent;
  }

  /** Whether no connection was made, so that the call was certainly not carried out. */
  public boolean neverSent() {
    return neverSent;
  }

  @Override
  boolean mayRepeat(boolean idempotent) {
    return neverSent || idempotent;
  }
}
