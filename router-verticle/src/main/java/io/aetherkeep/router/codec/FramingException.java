package io.aetherkeep.router.codec;

/**
 * Error in a request's HTTP/1 framing, which another HTTP parser could read differently. The
 * message is for the client.
 */
public final class FramingException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  FramingException(String message) {
    super(message);
  }
}
