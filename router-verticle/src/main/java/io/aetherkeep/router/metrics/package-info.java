/** Metrics of requests and verticles, in Prometheus's format. */
@NullMarked
package io.aetherkeep.router.metrics;

import org.jspecify.annotations.NullMarked;
