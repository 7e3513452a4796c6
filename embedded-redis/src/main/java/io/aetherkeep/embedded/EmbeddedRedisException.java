package io.aetherkeep.embedded;

/** Failure to start a redis-server, with a message for the user. */
public sealed class EmbeddedRedisException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EmbeddedRedisException(String message) {
    super(message);
  }

  EmbeddedRedisException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The only failure that a retry with another port can solve. */
  static final class PortTaken extends EmbeddedRedisException {
    private static final long serialVersionUID = 1L;

    PortTaken(int port) {
      super("port %d of 127.0.0.1 is in use".formatted(port));
    }
  }
}
