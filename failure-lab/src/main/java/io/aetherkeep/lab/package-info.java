/** Failure lab: injects faults into real nodes under load and a real Redis. */
@NullMarked
package io.aetherkeep.lab;

import org.jspecify.annotations.NullMarked;
