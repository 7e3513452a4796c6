package io.aetherkeep.status;

import io.aetherkeep.keyspace.Space;

/**
 * Statuses of one space, on one event loop.
 *
 * @param ends the words by which a status ends
 * @param observations looks, and takes over what Celery says
 * @param recorded the same, and asks the system of record for what is not there
 * @param views makes a status of what was seen
 * @param recent what was read last, for when Redis is gone
 */
record StatusSpace(
    Space definition,
    EndWords ends,
    StatusStore store,
    Observations observations,
    RecordObservations recorded,
    Views views,
    Recent recent) {}
