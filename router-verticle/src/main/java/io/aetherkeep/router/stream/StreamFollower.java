package io.aetherkeep.router.stream;

import org.jspecify.annotations.Nullable;

/** Who follows a stream from a place on. */
public interface StreamFollower {

  /** How a stream ended. */
  record End(@Nullable String stopped, boolean abandoned) {}

  /** What the stream's content type is; said before all else. */
  void opened(String contentType);

  /**
   * A piece that begins where the last one ended.
   *
   * @param upToDate nothing comes after it yet
   * @param end how the stream ended, where nothing will
   */
  void piece(StreamPiece piece, boolean upToDate, @Nullable End end);

  /** There is nothing after an offset for now, or never will be. */
  void caughtUp(String offset, @Nullable End end);

  /** The stream cannot be followed any more. */
  void gone(Throwable why);

  /** There is no such stream now. */
  default void absent() {}

  /** Whether it waits for a stream that does not exist yet. */
  default boolean waitsForCreation() {
    return false;
  }

  /** Whether it begins anew where what it knows was lost; who does not is told so. */
  default boolean startsOver() {
    return false;
  }

  /** Whether it can take more at the moment; it says itself when it can again. */
  boolean hasRoom();

  /** Whether it is to be read for now; {@link #hasRead} follows in any case. */
  default boolean mayRead() {
    return hasRoom();
  }

  /** What was read for it is there, or could not be read. */
  default void hasRead() {}

  /** Whether it waits until Redis is back; who does not is told that it is away. */
  boolean staysThroughOutages();

  /** A sign of life is due. */
  void beat();

  /** The node is closing. */
  void closing();
}
