/**
 * One server: dialling with backoff, pipelining, deadlines, the circuit breaker, error codes.
 *
 * <p>More than fifteen files: error replies, redirects and permissions have small classes that
 * belong to no other package.
 */
@NullMarked
package io.aetherkeep.redis.connection;

import org.jspecify.annotations.NullMarked;
