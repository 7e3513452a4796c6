package io.aetherkeep.status;

import io.aetherkeep.keyspace.Space;

/**
 * What belongs to the statuses of one space on one event loop.
 *
 * @param ends the words by which a status ends
 * @param sights looks, and takes over what Celery says
 * @param recorded the same, and asks the system of record for what is not there
 * @param views makes a status of what was seen
 * @param recent what was read last, for when Redis is gone
 */
record Room(
    Space space,
    EndWords ends,
    Book book,
    Sights sights,
    RecordSights recorded,
    Views views,
    Recent recent) {}
