/** The keyspaces: how keys are written, what they hold and how long they live. */
@NullMarked
package io.aetherkeep.keyspace;

import org.jspecify.annotations.NullMarked;
