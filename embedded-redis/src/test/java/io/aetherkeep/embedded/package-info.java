/** Tests of the embedded Redis with real processes. */
@NullMarked
package io.aetherkeep.embedded;

import org.jspecify.annotations.NullMarked;
