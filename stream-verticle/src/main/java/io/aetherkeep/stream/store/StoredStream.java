package io.aetherkeep.stream.store;

import io.aetherkeep.catalogue.StreamAsks.StreamExtras;
import io.aetherkeep.catalogue.StreamAsks.StreamInfo;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Stream as read by the scripts.
 *
 * @param epochs {@code epoch:position} pairs: each epoch with its first position
 * @param fixed fixed expiry in ms; null for none
 * @param source the stream that it was forked from; empty for none
 * @param base position of its first own byte
 * @param first position of its first retained byte
 * @param at time in Redis, in ms
 * @param born the epoch of a fork's creation, which its inherited epochs do not tell; empty for
 *     none
 */
public record StoredStream(
    long tail,
    long epoch,
    boolean closed,
    ContentType type,
    String epochs,
    @Nullable Long ttlSeconds,
    @Nullable Long fixed,
    String stopped,
    boolean abandoned,
    String source,
    long base,
    long first,
    StreamExtras extras,
    boolean finished,
    long at,
    String born) {

  public Offset tailOffset() {
    return new Offset(epoch, tail);
  }

  /** The offset of a position, with the epoch of the byte before it. */
  public Offset offset(long position) {
    long found = 0;
    for (String pair : epochs.split(",", -1)) {
      int colon = pair.indexOf(':');
      long start = Long.parseLong(pair, colon + 1, pair.length(), 10);
      if (found != 0 && start >= position) {
        break;
      }
      found = Long.parseLong(pair, 0, colon, 10);
    }
    return new Offset(found, position);
  }

  /** The epochs that a fork inherits up to a position. */
  public String epochsUpTo(long position) {
    StringBuilder kept = new StringBuilder();
    for (String pair : epochs.split(",", -1)) {
      if (kept.isEmpty()) {
        kept.append(pair);
      } else if (Long.parseLong(pair.substring(pair.indexOf(':') + 1)) < position) {
        kept.append(',').append(pair);
      }
    }
    return kept.toString();
  }

  /**
   * Identity that distinguishes it from earlier streams at its path, and a fork from its source.
   */
  public String identity() {
    return born.isEmpty() ? epochs.substring(0, epochs.indexOf(':')) : born;
  }

  boolean isFork() {
    return !source.isEmpty();
  }

  /** Whether it needs a follow-up at its end that has not run yet. */
  public boolean isToFinish() {
    return !finished && (extras.session() != null || extras.status() != null);
  }

  public StreamInfo info(String space, String path) {
    return new StreamInfo(
        space,
        path,
        type.text(),
        tailOffset().toString(),
        tail - first,
        closed,
        ttlSeconds,
        fixed == null ? null : Instant.ofEpochMilli(fixed).toString(),
        stopped.isEmpty() ? null : stopped,
        abandoned ? true : null,
        hasExtras() ? extras : null);
  }

  private boolean hasExtras() {
    return extras.leaseSeconds() != null || extras.session() != null || extras.status() != null;
  }
}
