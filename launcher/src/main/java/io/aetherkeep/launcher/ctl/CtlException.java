package io.aetherkeep.launcher.ctl;

/** Failure of a command, with a message for the operator and the exit status of the program. */
public final class CtlException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private final int status;

  private CtlException(String message, int status) {
    super(message);
    this.status = status;
  }

  /** The command could not be done. */
  static CtlException failed(String message) {
    return new CtlException(message, FAILED);
  }

  /** The command was called wrongly. */
  static CtlException misused(String message) {
    return new CtlException(message, MISUSED);
  }

  public int status() {
    return status;
  }
}
