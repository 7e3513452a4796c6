/** The extension, used as its users use it. */
@NullMarked
package io.aetherkeep.junit5;

import org.jspecify.annotations.NullMarked;
