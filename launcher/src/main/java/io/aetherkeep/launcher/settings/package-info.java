/**
 * Settings: one file and the environment, read together; all problems are reported at once.
 *
 * <p>More than fifteen files: one small reader a part of the tree, and none is used elsewhere.
 */
@NullMarked
package io.aetherkeep.launcher.settings;

import org.jspecify.annotations.NullMarked;
