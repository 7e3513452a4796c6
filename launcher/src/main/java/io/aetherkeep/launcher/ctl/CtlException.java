package io.aetherkeep.launcher.ctl;

/** Failure of a command, with a message for the operator and the exit status of the program. */
public final class CtlException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private final int status;
  private final boolean unavailable;

  private CtlException(String message, int status, boolean unavailable) {
    super(message);
    this.status = status;
    this.unavailable = unavailable;
  }

  /** The node cannot be reached or cannot serve now; a later try may succeed. */
  static CtlException unavailable(String message) {
    return new CtlException(message, FAILED, true);
  }

  /** The command could not be done. */
  static CtlException failed(String message) {
    return new CtlException(message, FAILED, false);
  }

  /** The command was called wrongly. */
  static CtlException misused(String message) {
    return new CtlException(message, MISUSED, false);
  }

  boolean isUnavailable() {
    return unavailable;
  }

  public int status() {
    return status;
  }
}
