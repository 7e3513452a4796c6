/** Redis Cluster: the slot table, commands routed by slot, redirects, events of all masters. */
@NullMarked
package io.aetherkeep.redis.cluster;

import org.jspecify.annotations.NullMarked;
