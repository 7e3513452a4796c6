/** Settings that change while a node runs: at SIGHUP, and when the settings file changes. */
@NullMarked
package io.aetherkeep.launcher.reload;

import org.jspecify.annotations.NullMarked;
