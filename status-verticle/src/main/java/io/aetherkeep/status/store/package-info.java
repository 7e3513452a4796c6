/** Stores of statuses in Redis: documents, attempts, feeds, the index of what is running. */
@NullMarked
package io.aetherkeep.status.store;

import org.jspecify.annotations.NullMarked;
