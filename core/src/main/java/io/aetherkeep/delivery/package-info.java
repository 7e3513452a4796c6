/**
 * Delivery of messages over HTTP to addresses that clients name: which addresses may be dialled,
 * how a message is signed, what a receiver's answer means, and when a failure is tried again.
 */
@NullMarked
package io.aetherkeep.delivery;

import org.jspecify.annotations.NullMarked;
