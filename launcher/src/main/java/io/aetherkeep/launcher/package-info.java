/** The program: wiring, start and stop of a node. */
@NullMarked
package io.aetherkeep.launcher;

import org.jspecify.annotations.NullMarked;
