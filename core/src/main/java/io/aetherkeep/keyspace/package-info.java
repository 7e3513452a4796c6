/**
 * Keyspaces: how keys are written, what they hold and how long they live.
 *
 * <p>More than fifteen files: each is one small rule of what a keyspace is.
 */
@NullMarked
package io.aetherkeep.keyspace;

import org.jspecify.annotations.NullMarked;
