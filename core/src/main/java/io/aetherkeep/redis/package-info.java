/**
 * The Redis client that the verticles use: one pipelined line an event loop and space, the relay of
 * events between nodes, the server's clock.
 */
@NullMarked
package io.aetherkeep.redis;

import org.jspecify.annotations.NullMarked;
