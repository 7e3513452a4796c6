/** The migrate command: copies all keys of a space from one Redis to another, and compares them. */
@NullMarked
package io.aetherkeep.launcher.migrate;

import org.jspecify.annotations.NullMarked;
