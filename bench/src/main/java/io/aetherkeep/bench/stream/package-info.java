/** Comparison of resumable streams with a bare handler and the reference server. */
@NullMarked
package io.aetherkeep.bench.stream;

import org.jspecify.annotations.NullMarked;
