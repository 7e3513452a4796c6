/**
 * Redis client of the verticles: one pipelined line for each event loop and space, the relay of
 * events between nodes, the server's clock.
 */
@NullMarked
package io.aetherkeep.redis;

import org.jspecify.annotations.NullMarked;
