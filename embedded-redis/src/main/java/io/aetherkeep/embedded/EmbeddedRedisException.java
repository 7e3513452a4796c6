package io.aetherkeep.embedded;

/** Says why there is no embedded Redis, and what to do about it. */
public final class EmbeddedRedisException extends RuntimeException {

  private static final long serialVersionUID = 1;

  EmbeddedRedisException(String message) {
    super(message);
  }

  EmbeddedRedisException(String message, Throwable cause) {
    super(message, cause);
  }
}
