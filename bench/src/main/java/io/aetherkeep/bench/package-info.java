/**
 * Benchmarks: comparisons of each claim with the plainest server that does the same.
 *
 * <p>More than fifteen files: one or two for each comparison, which share the load generator and
 * servers.
 */
@NullMarked
package io.aetherkeep.bench;

import org.jspecify.annotations.NullMarked;
