/** Indexes of entries: by tag, by pattern and by expiry time. */
@NullMarked
package io.aetherkeep.cache.index;

import org.jspecify.annotations.NullMarked;
