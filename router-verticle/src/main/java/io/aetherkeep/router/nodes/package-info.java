/** Questions to all nodes of a space, and this node's answers about its own event loops. */
@NullMarked
package io.aetherkeep.router.nodes;

import org.jspecify.annotations.NullMarked;
