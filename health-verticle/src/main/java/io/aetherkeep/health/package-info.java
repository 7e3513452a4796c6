/** Health: of providers as their callers found them, of Redis as it answers, of the process. */
@NullMarked
package io.aetherkeep.health;

import org.jspecify.annotations.NullMarked;
