/** Tests of the extension, used as by its users. */
@NullMarked
package io.aetherkeep.junit5;

import org.jspecify.annotations.NullMarked;
