/** The failure lab: real nodes under load, a real Redis, and what can happen to both. */
@NullMarked
package io.aetherkeep.lab;

import org.jspecify.annotations.NullMarked;
