/** Indexes of entries: by tag, by pattern, by when they end. */
@NullMarked
package io.aetherkeep.cache.index;

import org.jspecify.annotations.NullMarked;
