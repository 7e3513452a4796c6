/** One server: dialling with backoff, pipelining, deadlines, the circuit breaker, error codes. */
@NullMarked
package io.aetherkeep.redis.connection;

import org.jspecify.annotations.NullMarked;
