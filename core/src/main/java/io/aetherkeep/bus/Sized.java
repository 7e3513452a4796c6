package io.aetherkeep.bus;

/** A record that holds documents, whose JSON may be too long to be made on an event loop. */
public interface Sized {

  /** JSON of fewer bytes is made in about a millisecond, also before that is compiled. */
  int LARGE = 32 << 10;

  /** About how many bytes its documents have. */
  int documentBytes();
}
