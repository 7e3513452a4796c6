/**
 * Subscriptions to streams, the reserved part of the Durable Streams protocol: durable cursors over
 * several streams that wake workers by a webhook or a stream of wakes.
 */
@NullMarked
package io.aetherkeep.stream.subscription;

import org.jspecify.annotations.NullMarked;
