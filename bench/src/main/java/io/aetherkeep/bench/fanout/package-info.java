/** Comparison of fan-out: the time from one change until the last receiver has it. */
@NullMarked
package io.aetherkeep.bench.fanout;

import org.jspecify.annotations.NullMarked;
