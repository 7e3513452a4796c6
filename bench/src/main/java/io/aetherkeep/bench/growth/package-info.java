/** Plots of costs that grow with the number of entries, listeners or nodes. */
@NullMarked
package io.aetherkeep.bench.growth;

import org.jspecify.annotations.NullMarked;
