@NullMarked
package io.aetherkeep.launcher.migrate;

import org.jspecify.annotations.NullMarked;
