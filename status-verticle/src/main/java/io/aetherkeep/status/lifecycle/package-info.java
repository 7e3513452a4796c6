/**
 * Life cycle of statuses: write, read, follow, list, stall; results of Celery and of systems of
 * record.
 */
@NullMarked
package io.aetherkeep.status.lifecycle;

import org.jspecify.annotations.NullMarked;
