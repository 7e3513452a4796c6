/** Store of streams in Redis: chunks, offsets, producers and leases. */
@NullMarked
package io.aetherkeep.stream.store;

import org.jspecify.annotations.NullMarked;
