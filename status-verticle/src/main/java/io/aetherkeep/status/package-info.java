/** Statuses: progress and outcome of generation work, for the clients that wait for it. */
@NullMarked
package io.aetherkeep.status;

import org.jspecify.annotations.NullMarked;
