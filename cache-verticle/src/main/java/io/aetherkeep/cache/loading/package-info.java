/** Loads from origins: single flight, leases between nodes, stale copies. */
@NullMarked
package io.aetherkeep.cache.loading;

import org.jspecify.annotations.NullMarked;
