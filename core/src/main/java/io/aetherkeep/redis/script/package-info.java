/** Lua scripts: loaded from resources, called by digest, given the time of the Redis server. */
@NullMarked
package io.aetherkeep.redis.script;

import org.jspecify.annotations.NullMarked;
