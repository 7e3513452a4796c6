/** Baselines: the simplest servers of the same work, each a program of its own. */
@NullMarked
package io.aetherkeep.bench.baseline;

import org.jspecify.annotations.NullMarked;
