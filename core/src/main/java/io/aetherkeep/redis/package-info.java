/**
 * Redis: one pipelined connection an event loop, scripts, subscriptions, the store.
 *
 * <p>More than fifteen files: they are one client, whose parts nobody else may see.
 */
@NullMarked
package io.aetherkeep.redis;

import org.jspecify.annotations.NullMarked;
