/**
 * One server: dialling with backoff, pipelining, deadlines, the circuit breaker, error codes.
 *
 * <p>More than fifteen files: error replies, redirects, permissions and polls of other servers have
 * small classes of their own, and belong to no other package.
 */
@NullMarked
package io.aetherkeep.redis.connection;

import org.jspecify.annotations.NullMarked;
