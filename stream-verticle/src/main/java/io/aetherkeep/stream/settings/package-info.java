/** Settings of streams. */
@NullMarked
package io.aetherkeep.stream.settings;

import org.jspecify.annotations.NullMarked;
