/**
 * Command line for operators, over the public API of a running node.
 *
 * <p>More than fifteen files: each group of commands is a class.
 */
@NullMarked
package io.aetherkeep.launcher.ctl;

import org.jspecify.annotations.NullMarked;
