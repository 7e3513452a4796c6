/** The caches: entries with lifetimes and tags, and their invalidation. */
@NullMarked
package io.aetherkeep.cache;

import org.jspecify.annotations.NullMarked;
