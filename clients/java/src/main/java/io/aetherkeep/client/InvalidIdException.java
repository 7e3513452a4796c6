package io.aetherkeep.client;

/** Argument that cannot be part of a path: empty, {@code .}, {@code ..}, or not Unicode text. */
public final class InvalidIdException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  InvalidIdException(String message) {
    super(message);
  }
}
