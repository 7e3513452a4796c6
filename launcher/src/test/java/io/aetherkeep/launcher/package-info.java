/** Tests of settings, the command line, and whole nodes. */
@NullMarked
package io.aetherkeep.launcher;

import org.jspecify.annotations.NullMarked;
