package io.aetherkeep.status.lifecycle;

import io.aetherkeep.keyspace.Space;
import io.aetherkeep.status.settings.EndWords;
import io.aetherkeep.status.store.Observations;
import io.aetherkeep.status.store.StatusStore;
import org.jspecify.annotations.Nullable;

/**
 * Statuses of one space, on one event loop.
 *
 * @param ends words that end a status
 * @param observations lookup that takes over newer results of Celery
 * @param recorded the same lookup, which also restores missing statuses from the system of record
 * @param views builds the status that clients see
 * @param celery control of the space's Celery workers; null if it has none
 * @param recent last read statuses, served while Redis is unavailable
 */
public record StatusSpace(
    Space definition,
    EndWords ends,
    StatusStore store,
    Observations observations,
    RecordObservations recorded,
    StatusViews views,
    @Nullable CeleryControl celery,
    LastKnownStatuses recent) {}
