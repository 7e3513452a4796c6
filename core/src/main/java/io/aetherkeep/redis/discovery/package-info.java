/** Questions to Sentinels and cluster nodes about other servers. */
@NullMarked
package io.aetherkeep.redis.discovery;

import org.jspecify.annotations.NullMarked;
