/**
 * Status stores in Redis: documents, attempts, feeds, children, the index of running work. All
 * these files know the fields of an attempt's record and of a feed's entries.
 */
@NullMarked
package io.aetherkeep.status.store;

import org.jspecify.annotations.NullMarked;
