/** Stores of providers in Redis: their records, windows of outcomes, groups and leases. */
@NullMarked
package io.aetherkeep.health.store;

import org.jspecify.annotations.NullMarked;
