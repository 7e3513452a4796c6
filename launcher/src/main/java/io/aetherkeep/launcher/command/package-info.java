/** The command line: options, commands that need no running node. */
@NullMarked
package io.aetherkeep.launcher.command;

import org.jspecify.annotations.NullMarked;
