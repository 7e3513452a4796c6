/**
 * Rules of statuses: written, read, followed, listed, stalled; results of Celery and of systems of
 * record.
 */
@NullMarked
package io.aetherkeep.status.lifecycle;

import org.jspecify.annotations.NullMarked;
