package io.aetherkeep.router.codec;

/**
 * A request whose parts another reader of HTTP/1 could take for something else; its message is for
 * whoever sent it.
 */
public final class FramingException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  FramingException(String message) {
    super(message);
  }
}
