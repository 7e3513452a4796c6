/** Baselines: the simplest servers that do the same work, each in a separate process. */
@NullMarked
package io.aetherkeep.bench.baseline;

import org.jspecify.annotations.NullMarked;
