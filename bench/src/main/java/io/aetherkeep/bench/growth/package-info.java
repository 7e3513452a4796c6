/** Plots of how costs grow that no other section measures: entries, listeners, nodes. */
@NullMarked
package io.aetherkeep.bench.growth;

import org.jspecify.annotations.NullMarked;
