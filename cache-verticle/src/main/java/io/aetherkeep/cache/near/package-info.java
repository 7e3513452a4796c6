/** Near cache: copies in this node's memory that Redis's client tracking invalidates. */
@NullMarked
package io.aetherkeep.cache.near;

import org.jspecify.annotations.NullMarked;
