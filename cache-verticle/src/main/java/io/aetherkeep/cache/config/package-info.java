/** Configurations: validated, versioned, watched. */
@NullMarked
package io.aetherkeep.cache.config;

import org.jspecify.annotations.NullMarked;
