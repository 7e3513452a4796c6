/** Shared test tools: a real Redis, and a client without shared code. */
@NullMarked
package io.aetherkeep.testing;

import org.jspecify.annotations.NullMarked;
