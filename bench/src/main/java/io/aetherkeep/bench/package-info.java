/**
 * Benchmarks: comparisons of each claim with the simplest server that does the same.
 *
 * <p>The packages are features; they share the baselines, the load generators and the report.
 */
@NullMarked
package io.aetherkeep.bench;

import org.jspecify.annotations.NullMarked;
