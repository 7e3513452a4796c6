/** Settings of the caches. */
@NullMarked
package io.aetherkeep.cache.settings;

import org.jspecify.annotations.NullMarked;
