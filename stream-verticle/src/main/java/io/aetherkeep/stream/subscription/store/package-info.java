/** Subscriptions to streams as stored: records, cursors, wakes with their generations, secrets. */
@NullMarked
package io.aetherkeep.stream.subscription.store;

import org.jspecify.annotations.NullMarked;
