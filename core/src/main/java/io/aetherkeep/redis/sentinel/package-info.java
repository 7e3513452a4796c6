/** The master of a space as Redis Sentinels name it, followed through failovers. */
@NullMarked
package io.aetherkeep.redis.sentinel;

import org.jspecify.annotations.NullMarked;
