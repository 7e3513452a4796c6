package io.aetherkeep.status;

import org.jspecify.annotations.Nullable;

/**
 * What is noted beside a status, and outlives it by a while.
 *
 * @param offset the place of the present status in its course
 * @param previous the place before
 * @param at when it became what it is, in ms
 * @param beat when it was last heard of
 * @param started when its attempt began
 * @param progress the furthest of the attempt, in percent
 * @param digest of the bytes that the note is about
 * @param source a digest of what it was made from, where it was made from something
 * @param stalled the offset after which a silence has been told
 */
record Attempt(
    String offset,
    @Nullable String previous,
    int attempt,
    Phase phase,
    long at,
    long beat,
    long started,
    @Nullable Double progress,
    String digest,
    String source,
    String stalled) {

  boolean isFinal() {
    return phase != Phase.RUNNING;
  }

  boolean hasBeenToldStalled() {
    return stalled.equals(offset);
  }
}
