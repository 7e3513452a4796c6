/** Nodes and a Redis under test, the way between them, and faults that can happen to them. */
@NullMarked
package io.aetherkeep.lab.cluster;

import org.jspecify.annotations.NullMarked;
