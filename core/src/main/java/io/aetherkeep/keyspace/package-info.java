/**
 * Keyspaces: patterns, layouts, lifetimes and owners of keys.
 *
 * <p>More than fifteen files: each is one small part of the definition of a keyspace.
 */
@NullMarked
package io.aetherkeep.keyspace;

import org.jspecify.annotations.NullMarked;
