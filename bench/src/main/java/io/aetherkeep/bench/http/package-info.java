/** Comparisons of requests: reads, writes, histories, overload. */
@NullMarked
package io.aetherkeep.bench.http;

import org.jspecify.annotations.NullMarked;
