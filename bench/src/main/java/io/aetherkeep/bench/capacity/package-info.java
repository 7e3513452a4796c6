/** Measurement and simulation for capacity planning. */
@NullMarked
package io.aetherkeep.bench.capacity;

import org.jspecify.annotations.NullMarked;
