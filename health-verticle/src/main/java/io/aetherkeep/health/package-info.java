/** Health of providers, as their callers report it, of Redis, and of this process. */
@NullMarked
package io.aetherkeep.health;

import org.jspecify.annotations.NullMarked;
