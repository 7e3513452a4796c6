package io.aetherkeep.stream;

import io.aetherkeep.catalogue.StreamAsks.StreamExtras;
import io.aetherkeep.catalogue.StreamAsks.StreamInfo;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A stream as the scripts answer it.
 *
 * @param epochs {@code epoch:position} pairs: from where on each holds
 * @param fixed when it expires whatever happens, in ms; none where it does not
 * @param source what it was forked from; empty where it was not
 * @param base from where on its bytes are its own
 * @param first from where on its bytes are retained
 * @param at the time in Redis, in ms
 */
record StoredStream(
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
    long at) {

  Offset tailOffset() {
    return new Offset(epoch, tail);
  }

  /** The offset of a position: of the epoch that the byte before it is of. */
  Offset offset(long position) {
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

  /** The epochs of what a fork inherits that leaves here. */
  String epochsUpTo(long position) {
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

  /** What tells it from other streams that had its path before. */
  String born() {
    return epochs.substring(0, epochs.indexOf(':'));
  }

  boolean isFork() {
    return !source.isEmpty();
  }

  /** Whether something is to be done when it has ended, and was not done yet. */
  boolean isToFinish() {
    return !finished && (extras.session() != null || extras.status() != null);
  }

  StreamInfo info(String space, String path) {
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
