/**
 * Delivery of messages over HTTP to URLs of clients: allowed addresses, signatures, results, and
 * the retry schedule.
 */
@NullMarked
package io.aetherkeep.delivery;

import org.jspecify.annotations.NullMarked;
