/** Status stores in Redis: documents, attempts, feeds, the index of running work. */
@NullMarked
package io.aetherkeep.status.store;

import org.jspecify.annotations.NullMarked;
