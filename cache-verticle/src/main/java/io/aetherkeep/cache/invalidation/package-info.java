/** Invalidations by id, tag and pattern: at once, in the background, or when Redis is back. */
@NullMarked
package io.aetherkeep.cache.invalidation;

import org.jspecify.annotations.NullMarked;
