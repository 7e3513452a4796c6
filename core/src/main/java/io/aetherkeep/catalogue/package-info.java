/** The catalogue: every key that the system writes, and every ask and event of its verticles. */
@NullMarked
package io.aetherkeep.catalogue;

import org.jspecify.annotations.NullMarked;
