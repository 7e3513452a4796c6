/**
 * The program: settings, wiring, start and stop.
 *
 * <p>More than fifteen files: most read one part of the settings each, and only the program uses
 * them.
 */
@NullMarked
package io.aetherkeep.launcher;

import org.jspecify.annotations.NullMarked;
