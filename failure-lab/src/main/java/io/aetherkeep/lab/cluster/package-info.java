/** Cluster under test: nodes, a Redis, the proxy between them, and the faults to inject. */
@NullMarked
package io.aetherkeep.lab.cluster;

import org.jspecify.annotations.NullMarked;
