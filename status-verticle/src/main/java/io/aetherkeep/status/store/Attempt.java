package io.aetherkeep.status.store;

import io.aetherkeep.catalogue.CancelAsks.CancelRequest;
import io.aetherkeep.catalogue.StatusAsks.Children;
import io.aetherkeep.catalogue.StatusAsks.StatusChanged;
import io.aetherkeep.document.Document;
import io.aetherkeep.status.settings.Phase;
import io.aetherkeep.status.settings.StatusKind;
import org.jspecify.annotations.Nullable;

/**
 * Record of one attempt at the work of a status: its last change, last heartbeat and phase. It is
 * stored beside the status, and outlives it for some time.
 *
 * @param offset offset of the current status in its feed
 * @param previous offset of the status before
 * @param at time of the last change, in ms
 * @param beat time of the last heartbeat, which is any write, in ms
 * @param started start of the attempt, in ms
 * @param progress furthest progress of the attempt, in percent
 * @param digest digest of the stored bytes that this record describes
 * @param source digest of the last Celery result that was taken over; empty if none was. Later
 *     writes of others keep it, so that the same result does not overwrite them
 * @param stalled offset whose stall was announced last
 * @param cancelRequested request to cancel the attempt, if there is one
 * @param children summary of its children; null if it has none
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
    String stalled,
    @Nullable CancelRequest cancelRequested,
    @Nullable Children children) {

  public boolean isFinal() {
    return phase != Phase.RUNNING;
  }

  /** The event that announces this change. */
  public StatusChanged changed(String space, StatusKind kind, String id, Document document) {
    return new StatusChanged(
        space, kind.text(), id, attempt, offset, isFinal(), document, children, phase.failed());
  }

  public boolean isStallPublished() {
    return stalled.equals(offset);
  }
}
