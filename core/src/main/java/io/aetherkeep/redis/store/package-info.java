/** Keyspaces stored in Redis: records with lifetimes, due lists, indexes. */
@NullMarked
package io.aetherkeep.redis.store;

import org.jspecify.annotations.NullMarked;
