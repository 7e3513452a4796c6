/** A real Redis server out of a jar, for machines that have none. */
@NullMarked
package io.aetherkeep.embedded;

import org.jspecify.annotations.NullMarked;
