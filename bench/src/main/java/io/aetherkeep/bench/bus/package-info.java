/** Comparison of an ask on the bus with a method call. */
@NullMarked
package io.aetherkeep.bench.bus;

import org.jspecify.annotations.NullMarked;
