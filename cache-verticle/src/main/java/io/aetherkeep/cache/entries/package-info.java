/** Cache entries: read, write, remove and count. */
@NullMarked
package io.aetherkeep.cache.entries;

import org.jspecify.annotations.NullMarked;
