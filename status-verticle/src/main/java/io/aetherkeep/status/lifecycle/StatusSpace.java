package io.aetherkeep.status.lifecycle;

import io.aetherkeep.keyspace.Space;
import io.aetherkeep.status.settings.EndWords;
import io.aetherkeep.status.store.Observations;
import io.aetherkeep.status.store.StatusStore;

/**
 * Statuses of one space, on one event loop.
 *
 * @param ends the words by which a status ends
 * @param observations looks, and takes over what Celery says
 * @param recorded the same, and asks the system of record for what is not there
 * @param views makes a status of what was seen
 * @param recent what was read last, for when Redis is gone
 */
public record StatusSpace(
    Space definition,
    EndWords ends,
    StatusStore store,
    Observations observations,
    RecordObservations recorded,
    StatusViews views,
    LastKnownStatuses recent) {}
