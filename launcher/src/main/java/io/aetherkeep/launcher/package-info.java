/** The program: settings, wiring, start and stop. */
@NullMarked
package io.aetherkeep.launcher;

import org.jspecify.annotations.NullMarked;
