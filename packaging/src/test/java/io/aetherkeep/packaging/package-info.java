/** What is installed, unpacked into empty folders and run there. */
@NullMarked
package io.aetherkeep.packaging;

import org.jspecify.annotations.NullMarked;
