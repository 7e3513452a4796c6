/** Health of this node and its peers: event loops, readiness, samples of the last hour. */
@NullMarked
package io.aetherkeep.health.node;

import org.jspecify.annotations.NullMarked;
