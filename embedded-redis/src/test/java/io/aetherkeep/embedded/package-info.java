/** The embedded Redis, proven with real processes. */
@NullMarked
package io.aetherkeep.embedded;

import org.jspecify.annotations.NullMarked;
