/** Publish/subscribe and client tracking of one server, set up anew after each reconnect. */
@NullMarked
package io.aetherkeep.redis.subscription;

import org.jspecify.annotations.NullMarked;
