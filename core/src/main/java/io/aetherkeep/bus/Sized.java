package io.aetherkeep.bus;

/** Record with documents, whose JSON may be too long to encode on an event loop. */
public interface Sized {

  /** Size below which JSON takes about a millisecond to encode, even in code not compiled yet. */
  int LARGE = 32 << 10;

  /** Approximate size of its documents in bytes. */
  int documentBytes();

  /** The size of a record's documents, as far as it is known without encoding it. */
  static int of(Object record) {
    return record instanceof Sized sized ? sized.documentBytes() : 0;
  }
}
