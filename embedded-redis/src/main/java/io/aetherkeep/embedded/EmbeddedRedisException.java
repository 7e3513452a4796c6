package io.aetherkeep.embedded;

/** Why no redis-server could be started: a message for whoever started the program. */
public sealed class EmbeddedRedisException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EmbeddedRedisException(String message) {
    super(message);
  }

  EmbeddedRedisException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The one failure that another port cures. */
  static final class PortTaken extends EmbeddedRedisException {
    private static final long serialVersionUID = 1L;

    PortTaken(int port) {
      super("port %d of 127.0.0.1 is in use".formatted(port));
    }
  }
}
