/** Settings of health, and the thresholds of providers. */
@NullMarked
package io.aetherkeep.health.settings;

import org.jspecify.annotations.NullMarked;
