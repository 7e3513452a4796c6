/** Comparison of a node's start and its memory with a bare service. */
@NullMarked
package io.aetherkeep.bench.node;

import org.jspecify.annotations.NullMarked;
