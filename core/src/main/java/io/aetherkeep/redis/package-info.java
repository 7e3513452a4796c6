/** Redis: one pipelined connection an event loop, scripts, subscriptions, the store. */
@NullMarked
package io.aetherkeep.redis;

import org.jspecify.annotations.NullMarked;
