/** The settings and the command line, without a server. */
@NullMarked
package io.aetherkeep.launcher;

import org.jspecify.annotations.NullMarked;
