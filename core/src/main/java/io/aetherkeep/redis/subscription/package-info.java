/** Publish/subscribe and client tracking of one server, restored after each reconnect. */
@NullMarked
package io.aetherkeep.redis.subscription;

import org.jspecify.annotations.NullMarked;
