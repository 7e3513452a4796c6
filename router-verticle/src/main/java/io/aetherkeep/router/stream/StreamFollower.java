package io.aetherkeep.router.stream;

import org.jspecify.annotations.Nullable;

/** Follower of a stream from an offset. */
public interface StreamFollower {

  /** The end of a stream. */
  record End(@Nullable String stopped, boolean abandoned) {}

  /** Receives the stream's content type, before all else. */
  void opened(String contentType);

  /**
   * Receives a slice that begins where the last one ended.
   *
   * @param upToDate whether it reaches the tail
   * @param end how the stream ended, null while it has not
   */
  void piece(StreamPiece piece, boolean upToDate, @Nullable End end);

  /** The follower is at the tail, or at the end. */
  void caughtUp(String offset, @Nullable End end);

  /** The stream cannot be followed any more. */
  void fail(Throwable reason);

  /** The stream does not exist now. */
  default void absent() {}

  /** Whether it waits for the stream's creation. */
  default boolean waitsForCreation() {
    return false;
  }

  /** Whether it starts over after lost data, instead of failing. */
  default boolean startsOver() {
    return false;
  }

  /** Whether it can take more now; otherwise it calls {@link StreamFeed#resume} later. */
  boolean hasRoom();

  /** Whether a read may start now; if so, {@link #hasRead} is called at its end. */
  default boolean mayRead() {
    return hasRoom();
  }

  /** A read for it has completed or failed. */
  default void hasRead() {}

  /** Whether it waits through an outage of Redis, instead of failing. */
  boolean staysThroughOutages();

  /** Sends a heartbeat. */
  void beat();

  /** The node is closing. */
  void closing();
}
