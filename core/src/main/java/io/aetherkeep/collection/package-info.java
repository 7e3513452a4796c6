/** Collections that the JDK lacks. */
@NullMarked
package io.aetherkeep.collection;

import org.jspecify.annotations.NullMarked;
