package io.aetherkeep.status.store;

import io.aetherkeep.catalogue.StatusAsks.StatusChanged;
import io.aetherkeep.document.Document;
import io.aetherkeep.status.settings.Phase;
import io.aetherkeep.status.settings.StatusKind;
import org.jspecify.annotations.Nullable;

/**
 * Record of one attempt at what a status is about: its last change, its last heartbeat, its phase.
 * It is kept beside the status, and for some time after it.
 *
 * @param offset the offset of the present status in its feed
 * @param previous the offset before
 * @param at when the status changed last, in ms
 * @param beat the last heartbeat, which is any write
 * @param started when its attempt began
 * @param progress the furthest of the attempt, in percent
 * @param digest of the bytes that the note is about
 * @param source a digest of what it was made from, where it was made from something
 * @param stalled the offset after which its silence was announced
 */
public record Attempt(
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

  public boolean isFinal() {
    return phase != Phase.RUNNING;
  }

  /** The event that says what a status is now. */
  public StatusChanged changed(String space, StatusKind kind, String id, Document document) {
    return new StatusChanged(space, kind.text(), id, attempt, offset, isFinal(), document);
  }

  public boolean isAnnouncedAsStalled() {
    return stalled.equals(offset);
  }
}
