/** Entries: read, written, removed, and counted, in each cache of a space. */
@NullMarked
package io.aetherkeep.cache.entries;

import org.jspecify.annotations.NullMarked;
