/** Health of Redis: canaries, INFO, census of keys, self-test. */
@NullMarked
package io.aetherkeep.health.redis;

import org.jspecify.annotations.NullMarked;
