/** Tests of the packages: each is unpacked into an empty folder and run there. */
@NullMarked
package io.aetherkeep.packaging;

import org.jspecify.annotations.NullMarked;
